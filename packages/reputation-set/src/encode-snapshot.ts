import type { EntryType, SetId, SetPosition } from "@breakwater/protocol";
import { BlockWriter } from "./block-writer.ts";
import { TYPE_CODES } from "./member-key.ts";
import type { ReputationIndex } from "./reputation-index.ts";
import { encodeHeader, endOfBlocks } from "./snapshot-format.ts";

/** Where an index stands when it holds the given version. */
export function positionOf(index: ReputationIndex, set: SetId, version: number): SetPosition {
  return { set, version, checksum: index.checksum, count: index.count };
}

/** The snapshot in parts of about 64 kB or more. Do not change the index meanwhile. */
export function* encodeSnapshot(
  index: ReputationIndex,
  set: SetId,
  version: number,
): Generator<Buffer> {
  yield encodeHeader(positionOf(index, set, version));
  for (const type of TYPE_CODES) yield* encodeType(index, type);
  yield endOfBlocks();
}

function* encodeType(index: ReputationIndex, type: EntryType): Generator<Buffer> {
  const writer = new BlockWriter(type);
  for (const { key, value: filter } of index.sortedKeys(type)) {
    const block = writer.put(key, filter);
    if (block !== undefined) yield block;
  }
  const block = writer.end();
  if (block !== undefined) yield block;
}
