import type { EntryType, SetId, SetPosition } from "@breakwater/protocol";
import { fixedKeyBytes, TYPE_CODES } from "./member-key.ts";
import type { ReputationIndex } from "./reputation-index.ts";
import {
  BLOCK_HEADER_BYTES,
  END_OF_BLOCKS,
  encodeHeader,
  MAX_BLOCK_KEY_BYTES,
  MAX_BLOCK_MEMBERS,
} from "./snapshot-format.ts";

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
  const end = Buffer.alloc(BLOCK_HEADER_BYTES);
  end[0] = END_OF_BLOCKS;
  yield end;
}

function* encodeType(index: ReputationIndex, type: EntryType): Generator<Buffer> {
  const isText = fixedKeyBytes(type) === undefined;
  const keys = Buffer.alloc(MAX_BLOCK_KEY_BYTES);
  let keyBytes = 0;
  let filters: number[] = [];
  let previous: Buffer | undefined;
  for (const { key, value: filter } of index.sortedKeys(type)) {
    const shared = isText ? sharedBytes(previous, key) : 0;
    if (isText) keyBytes = writeHead(keys, keyBytes, shared, key.length - shared);
    keyBytes += key.copy(keys, keyBytes, shared);
    filters.push(filter);
    previous = key;
    if (filters.length < MAX_BLOCK_MEMBERS && keyBytes < MAX_BLOCK_KEY_BYTES - 4096) continue;
    yield encodeBlock(type, keys.subarray(0, keyBytes), filters);
    keyBytes = 0;
    filters = [];
    previous = undefined;
  }
  if (filters.length > 0) yield encodeBlock(type, keys.subarray(0, keyBytes), filters);
}

function writeHead(target: Buffer, at: number, shared: number, more: number): number {
  target[at] = shared;
  return target.writeUInt16LE(more, at + 1);
}

function sharedBytes(previous: Buffer | undefined, key: Buffer): number {
  const limit = Math.min(previous?.length ?? 0, key.length, 255);
  let shared = 0;
  while (shared < limit && previous?.[shared] === key[shared]) shared += 1;
  return shared;
}

function encodeBlock(type: EntryType, keys: Buffer, filters: readonly number[]): Buffer {
  const block = Buffer.alloc(BLOCK_HEADER_BYTES + keys.length + filters.length * 2);
  block[0] = TYPE_CODES.indexOf(type);
  block.writeUInt32LE(filters.length, 1);
  block.writeUInt32LE(keys.length, 5);
  keys.copy(block, BLOCK_HEADER_BYTES);
  let at = BLOCK_HEADER_BYTES + keys.length;
  for (const filter of filters) at = block.writeUInt16LE(filter, at);
  return block;
}
