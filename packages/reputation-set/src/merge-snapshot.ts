import type { EntryType, SetOperation, SetPosition } from "@breakwater/protocol";
import { BlockWriter } from "./block-writer.ts";
import { keyOf, TYPE_CODES } from "./member-key.ts";
import { ChecksumSum } from "./set-checksum.ts";
import { damaged, encodeHeader, endOfBlocks } from "./snapshot-format.ts";
import { type SnapshotLimits, SnapshotReader } from "./snapshot-reader.ts";

/** A key and the filter it has in the end; undefined when it is gone. */
type Change = { readonly key: Uint8Array; readonly filter: number | undefined };

/**
 * Works operations into a snapshot and gives the bytes of the new one, both as streams: memory is
 * that of the operations, whatever the size of the set.
 * @param position where the operations lead
 * @throws AppError `Unprocessable` when they do not lead there, or the snapshot is damaged
 */
export async function* mergeSnapshot(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  operations: Iterable<SetOperation>,
  position: SetPosition,
  limits: SnapshotLimits,
): AsyncGenerator<Buffer> {
  const merger = new SnapshotMerger(operations);
  const reader = new SnapshotReader(limits, (type, key, length, filter) =>
    merger.take(type, key, length, filter),
  );
  yield encodeHeader(position);
  for await (const chunk of source) {
    reader.push(chunk);
    yield* merger.blocks();
  }
  reader.finish();
  merger.end();
  yield* merger.blocks();
  if (merger.count !== position.count || merger.checksum !== position.checksum) {
    throw damaged("its changes do not lead to the set they should");
  }
  yield endOfBlocks();
}

class SnapshotMerger {
  readonly #changes: ReadonlyMap<EntryType, readonly Change[]>;
  readonly #checksum = new ChecksumSum();
  #blocks: Buffer[] = [];
  #code = 0;
  /** How many changes of the type have been worked in. */
  #done = 0;
  #writer = new BlockWriter(typeOf(0));
  #count = 0;

  constructor(operations: Iterable<SetOperation>) {
    this.#changes = sortedChanges(operations);
  }

  get count(): number {
    return this.#count;
  }

  get checksum(): string {
    return this.#checksum.toString();
  }

  /** Blocks that became complete since the last call. */
  blocks(): Buffer[] {
    const blocks = this.#blocks;
    this.#blocks = [];
    return blocks;
  }

  /** A member of the old snapshot; they come in order. */
  take(type: EntryType, key: Uint8Array, length: number, filter: number): void {
    const code = TYPE_CODES.indexOf(type);
    while (this.#code < code) this.#endType();
    const old = key.subarray(0, length);
    for (let change = this.#next(); change !== undefined; change = this.#next()) {
      const order = Buffer.compare(change.key, old);
      if (order > 0) break;
      this.#done += 1;
      this.#put(change.key, change.filter);
      if (order === 0) return;
    }
    this.#put(old, filter);
  }

  end(): void {
    while (this.#code < TYPE_CODES.length) this.#endType();
  }

  #next(): Change | undefined {
    return this.#changes.get(typeOf(this.#code))?.[this.#done];
  }

  #endType(): void {
    for (let change = this.#next(); change !== undefined; change = this.#next()) {
      this.#done += 1;
      this.#put(change.key, change.filter);
    }
    this.#keep(this.#writer.end());
    this.#code += 1;
    this.#done = 0;
    if (this.#code < TYPE_CODES.length) this.#writer = new BlockWriter(typeOf(this.#code));
  }

  #put(key: Uint8Array, filter: number | undefined): void {
    if (filter === undefined) return;
    this.#checksum.add(typeOf(this.#code), key, filter);
    this.#count += 1;
    this.#keep(this.#writer.put(key, filter));
  }

  #keep(block: Buffer | undefined): void {
    if (block !== undefined) this.#blocks.push(block);
  }
}

/** The last word on each member, in key order. */
function sortedChanges(
  operations: Iterable<SetOperation>,
): ReadonlyMap<EntryType, readonly Change[]> {
  const last = new Map<EntryType, Map<string, Change>>();
  for (const [sign, type, value, filter] of operations) {
    const changes = last.get(type) ?? new Map<string, Change>();
    changes.set(value, { key: keyOf(type, value), filter: sign === "+" ? filter : undefined });
    last.set(type, changes);
  }
  const byKey = (a: Change, b: Change) => Buffer.compare(a.key, b.key);
  return new Map([...last].map(([type, changes]) => [type, [...changes.values()].sort(byKey)]));
}

function typeOf(code: number): EntryType {
  const type = TYPE_CODES[code];
  if (type === undefined) throw new RangeError(`no entry type has number ${code}`);
  return type;
}
