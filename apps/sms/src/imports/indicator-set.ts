import type { ReadingBatch } from "@breakwater/indicators";
import { ReputationIndex } from "@breakwater/reputation-set";

/** Everything an input names, each entry once; about 30 bytes an entry. */
export async function indicatorSet(
  batches: AsyncIterable<ReadingBatch>,
  signal: AbortSignal,
): Promise<ReputationIndex> {
  const index = new ReputationIndex();
  for await (const { readings } of batches) {
    signal.throwIfAborted();
    for (const reading of readings) {
      if (reading.kind === "indicator")
        index.put(reading.indicator.type, reading.indicator.value, 0);
    }
  }
  return index;
}
