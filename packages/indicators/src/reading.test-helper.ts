import type { ByteSource, Ignored, Reading, ReadingBatch } from "./reading.ts";

/** The text in chunks of the given sizes, over and over. */
export async function* inChunks(input: string | Buffer, ...sizes: number[]): ByteSource {
  const bytes = Buffer.from(input);
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? bytes.length);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

export async function allReadings(batches: AsyncIterable<ReadingBatch>): Promise<Reading[]> {
  return (await everything(batches)).readings;
}

export async function everything(
  batches: AsyncIterable<ReadingBatch>,
): Promise<{ readings: Reading[]; ignored: Ignored[]; batches: ReadingBatch[] }> {
  const list: ReadingBatch[] = [];
  for await (const batch of batches) list.push(batch);
  return {
    readings: list.flatMap((batch) => batch.readings),
    ignored: list.flatMap((batch) => batch.ignored),
    batches: list,
  };
}

/** `type value` of what was taken, `! reason` of what was not. */
export function brief(readings: readonly Reading[]): string[] {
  return readings.map((reading) =>
    reading.kind === "indicator"
      ? `${reading.line} ${reading.indicator.type} ${reading.indicator.value}`
      : `${reading.line} ! ${reading.reason}`,
  );
}

/** How often each kind of indicator and each reason of a rejection occurs. */
export function tally(readings: readonly Reading[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reading of readings) {
    const key = reading.kind === "indicator" ? reading.indicator.type : `! ${reading.reason}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
