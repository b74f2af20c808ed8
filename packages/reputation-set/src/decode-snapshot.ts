import type { SetPosition } from "@breakwater/protocol";
import { ReputationIndex } from "./reputation-index.ts";
import { damaged } from "./snapshot-format.ts";
import { type SnapshotLimits, SnapshotReader } from "./snapshot-reader.ts";

export type LoadedSnapshot = { readonly position: SetPosition; readonly index: ReputationIndex };

/**
 * Loads a snapshot from decompressed bytes as they arrive. Memory grows with what has really
 * arrived, never with what a header claims.
 * @throws AppError `Unprocessable` when the bytes are not exactly one intact snapshot
 */
export async function loadSnapshot(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits: SnapshotLimits,
): Promise<LoadedSnapshot> {
  const index = new ReputationIndex();
  const reader = new SnapshotReader(limits, (type, key, length, filter) =>
    index.loadKey(type, key, length, filter),
  );
  for await (const chunk of source) reader.push(chunk);
  const position = reader.finish();
  index.finishLoading();
  if (index.checksum !== position.checksum) throw damaged("its checksum does not match");
  return { position, index };
}
