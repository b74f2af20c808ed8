import type { EntryType, SetPosition } from "@breakwater/protocol";
import { KeyReader, newKey } from "./key-reader.ts";
import { TYPE_CODES } from "./member-key.ts";
import {
  BLOCK_HEADER_BYTES,
  damaged,
  decodeHeader,
  END_OF_BLOCKS,
  HEADER_BYTES,
  MAX_BLOCK_KEY_BYTES,
  MAX_BLOCK_MEMBERS,
} from "./snapshot-format.ts";

export type SnapshotLimits = {
  /** More members than this are refused before anything is read. */
  readonly maxMembers: number;
};

/** Sees each member in order: its key is the first `length` bytes of `key`, which is used again. */
export type MemberSink = (type: EntryType, key: Uint8Array, length: number, filter: number) => void;

/**
 * Reads decompressed snapshot bytes as they arrive and proves their form: order, keys, count and end.
 * The checksum is up to who takes the members.
 */
export class SnapshotReader {
  readonly #limits: SnapshotLimits;
  readonly #sink: MemberSink;
  #rest: Buffer = Buffer.alloc(0);
  #position: SetPosition | undefined;
  #members = 0;
  #lastType = -1;
  readonly #lastKey = newKey();
  #ended = false;

  constructor(limits: SnapshotLimits, sink: MemberSink) {
    this.#limits = limits;
    this.#sink = sink;
  }

  /** @throws AppError `Unprocessable` for what cannot be part of a snapshot */
  push(chunk: Uint8Array): void {
    let bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    for (let used = this.#take(bytes); used > 0; used = this.#take(bytes))
      bytes = bytes.subarray(used);
    if (this.#ended && bytes.length > 0) throw damaged("something follows its end");
    this.#rest = bytes;
  }

  /** What the header says, when everything has been read. */
  finish(): SetPosition {
    const position = this.#position;
    if (position === undefined || !this.#ended) throw damaged("it is cut off");
    if (this.#members !== position.count) throw damaged("its count does not match");
    return position;
  }

  /** Handles what stands complete at the start of the bytes; returns how many bytes that was. */
  #take(bytes: Buffer): number {
    if (this.#position === undefined) {
      if (bytes.length < HEADER_BYTES) return 0;
      this.#position = decodeHeader(bytes);
      if (this.#position.count > this.#limits.maxMembers) {
        throw damaged(
          `it has ${this.#position.count} members, more than the ${this.#limits.maxMembers} allowed`,
        );
      }
      return HEADER_BYTES;
    }
    if (this.#ended || bytes.length < BLOCK_HEADER_BYTES) return 0;
    return this.#takeBlock(bytes, this.#position.count);
  }

  #takeBlock(bytes: Buffer, total: number): number {
    const code = bytes[0] ?? 0;
    const members = bytes.readUInt32LE(1);
    const keyBytes = bytes.readUInt32LE(5);
    if (code === END_OF_BLOCKS) {
      if (members !== 0 || keyBytes !== 0) throw damaged("its end is malformed");
      this.#ended = true;
      return BLOCK_HEADER_BYTES;
    }
    const type = TYPE_CODES[code];
    const sane = members > 0 && members <= MAX_BLOCK_MEMBERS && keyBytes <= MAX_BLOCK_KEY_BYTES;
    if (type === undefined || code < this.#lastType || !sane)
      throw damaged("a block makes no sense");
    const length = BLOCK_HEADER_BYTES + keyBytes + members * 2;
    if (bytes.length < length) return 0;
    this.#members += members;
    if (this.#members > total) throw damaged("it has more members than it says");
    if (code !== this.#lastType) this.#lastKey.length = 0;
    this.#lastType = code;
    this.#readBlock(type, members, bytes.subarray(BLOCK_HEADER_BYTES, length), keyBytes);
    return length;
  }

  /** Without making anything per member: this runs a million times while a device waits. */
  #readBlock(type: EntryType, members: number, block: Buffer, keyBytes: number): void {
    const reader = new KeyReader(type, this.#lastKey, block.subarray(0, keyBytes));
    for (let i = 0; i < members; i += 1) {
      reader.next();
      const at = keyBytes + i * 2;
      const filter = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8);
      this.#sink(type, this.#lastKey.bytes, this.#lastKey.length, filter);
    }
    if (!reader.isAtEnd) throw damaged("a block has more keys than it says");
  }
}
