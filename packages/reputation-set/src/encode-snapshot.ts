import type { EntryType, SetId, SetPosition } from "@breakwater/protocol";
import { fixedKeyBytes, TYPE_CODES } from "./member-key.ts";
import type { ReputationIndex } from "./reputation-index.ts";
import {
  BLOCK_HEADER_BYTES,
  encodeHeader,
  END_OF_BLOCKS,
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
  const encodeKey = fixedKeyBytes(type) === undefined ? frontCoded : (key: Buffer) => [key];
  let parts: Buffer[] = [];
  let filters: number[] = [];
  let keyBytes = 0;
  let previous: Buffer | undefined;
  for (const { key, value: filter } of index.sortedKeys(type)) {
    const encoded = encodeKey(key, previous);
    parts.push(...encoded);
    for (const part of encoded) keyBytes += part.length;
    filters.push(filter);
    previous = key;
    if (filters.length < MAX_BLOCK_MEMBERS && keyBytes < MAX_BLOCK_KEY_BYTES - 4096) continue;
    yield encodeBlock(type, parts, keyBytes, filters);
    parts = [];
    filters = [];
    keyBytes = 0;
    previous = undefined;
  }
  if (filters.length > 0) yield encodeBlock(type, parts, keyBytes, filters);
}

function frontCoded(key: Buffer, previous: Buffer | undefined): Buffer[] {
  const shared = previous === undefined ? 0 : sharedBytes(previous, key);
  const head = Buffer.alloc(3);
  head[0] = shared;
  head.writeUInt16LE(key.length - shared, 1);
  return [head, key.subarray(shared)];
}

function sharedBytes(a: Buffer, b: Buffer): number {
  const limit = Math.min(a.length, b.length, 255);
  let shared = 0;
  while (shared < limit && a[shared] === b[shared]) shared += 1;
  return shared;
}

function encodeBlock(type: EntryType, keys: Buffer[], keyBytes: number, filters: number[]): Buffer {
  const head = Buffer.alloc(BLOCK_HEADER_BYTES);
  head[0] = TYPE_CODES.indexOf(type);
  head.writeUInt32LE(filters.length, 1);
  head.writeUInt32LE(keyBytes, 5);
  const tail = Buffer.alloc(filters.length * 2);
  for (const [i, filter] of filters.entries()) tail.writeUInt16LE(filter, i * 2);
  return Buffer.concat([head, ...keys, tail]);
}
