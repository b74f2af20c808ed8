/** Every record sits in one chunk; chunks are allocated as needed, so growth copies nothing. */
const CHUNK_BITS = 20;
const CHUNK_BYTES = 1 << CHUNK_BITS;
const MAX_CHUNKS = 2 ** (32 - CHUNK_BITS) - 1;
/** length u16 | value u16 | key. A length of 0 ends a chunk; the top bit marks a removed record. */
const HEADER = 4;
const REMOVED = 0x8000;

/** Sees a record's key as `length` bytes of `bytes` from `start`: nothing is made for it. */
export type RecordVisitor = (bytes: Buffer, start: number, length: number, value: number) => void;

/** Keys of 1 to 2,048 bytes with a 16-bit number each, one after the other, found by their place. */
export class RecordArena {
  #chunks: Buffer[] = [];
  #used = CHUNK_BYTES;
  #garbage = 0;

  get bytes(): number {
    return this.#chunks.length * CHUNK_BYTES;
  }

  /** Bytes of records that were removed. */
  get garbage(): number {
    return this.#garbage;
  }

  /** The record's place, below 2^32. */
  append(key: Uint8Array, length: number, value: number): number {
    if (this.#used + HEADER + length > CHUNK_BYTES) {
      if (this.#chunks.length === MAX_CHUNKS) throw new RangeError("key table is full");
      this.#chunks.push(Buffer.alloc(CHUNK_BYTES));
      this.#used = 0;
    }
    const start = this.#used;
    const at = (this.#chunks.length - 1) * CHUNK_BYTES + start;
    const chunk = this.#chunkOf(at);
    putU16(chunk, start, length);
    putU16(chunk, start + 2, value);
    for (let i = 0; i < length; i += 1) chunk[start + HEADER + i] = key[i] ?? 0;
    this.#used += HEADER + length;
    return at;
  }

  remove(at: number): void {
    const chunk = this.#chunkOf(at);
    const start = at & (CHUNK_BYTES - 1);
    const length = u16(chunk, start);
    putU16(chunk, start, length | REMOVED);
    this.#garbage += HEADER + length;
  }

  valueAt(at: number): number {
    return u16(this.#chunkOf(at), (at & (CHUNK_BYTES - 1)) + 2);
  }

  setValue(at: number, value: number): void {
    putU16(this.#chunkOf(at), (at & (CHUNK_BYTES - 1)) + 2, value);
  }

  /** A view: copy what must outlive a change. */
  keyAt(at: number): Buffer {
    const chunk = this.#chunkOf(at);
    const start = at & (CHUNK_BYTES - 1);
    return chunk.subarray(start + HEADER, start + HEADER + u16(chunk, start));
  }

  holds(at: number, key: Uint8Array): boolean {
    const chunk = this.#chunkOf(at);
    const start = at & (CHUNK_BYTES - 1);
    if (u16(chunk, start) !== key.length) return false;
    for (let i = 0; i < key.length; i += 1) {
      if (chunk[start + HEADER + i] !== key[i]) return false;
    }
    return true;
  }

  hashAt(at: number, seed: number): number {
    const chunk = this.#chunkOf(at);
    const start = at & (CHUNK_BYTES - 1);
    return hashOf(chunk, start + HEADER, u16(chunk, start), seed);
  }

  /** Byte order of two keys, without making a view of either. */
  compare(left: number, right: number): number {
    const [a, b] = [this.#chunkOf(left), this.#chunkOf(right)];
    const [startA, startB] = [left & (CHUNK_BYTES - 1), right & (CHUNK_BYTES - 1)];
    const [lengthA, lengthB] = [u16(a, startA), u16(b, startB)];
    const shorter = Math.min(lengthA, lengthB);
    for (let i = HEADER; i < HEADER + shorter; i += 1) {
      const difference = (a[startA + i] ?? 0) - (b[startB + i] ?? 0);
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }

  /** The first six bytes of a key as a number, zeros behind a shorter one. */
  prefixAt(at: number): number {
    const chunk = this.#chunkOf(at);
    const start = at & (CHUNK_BYTES - 1);
    const length = Math.min(6, u16(chunk, start));
    return chunk.readUIntBE(start + HEADER, length) * 2 ** (8 * (6 - length));
  }

  /** Places of the records that are left, in the order they came. */
  *places(): Generator<number> {
    for (const [i, chunk] of this.#chunks.entries()) {
      for (let start = 0; start + HEADER <= CHUNK_BYTES; ) {
        const length = u16(chunk, start);
        if (length === 0) break;
        if ((length & REMOVED) === 0) yield i * CHUNK_BYTES + start;
        start += HEADER + (length & ~REMOVED);
      }
    }
  }

  /** Shows every record that is left, and pauses after each megabyte. */
  *visit(visitor: RecordVisitor): Generator<void> {
    for (const chunk of this.#chunks) {
      for (let start = 0; start + HEADER <= CHUNK_BYTES; ) {
        const length = u16(chunk, start);
        if (length === 0) break;
        if ((length & REMOVED) === 0) visitor(chunk, start + HEADER, length, u16(chunk, start + 2));
        start += HEADER + (length & ~REMOVED);
      }
      yield;
    }
  }

  #chunkOf(at: number): Buffer {
    const chunk = this.#chunks[at >>> CHUNK_BITS];
    if (chunk === undefined) throw new RangeError("record outside the arena");
    return chunk;
  }
}

/** FNV-1a's steps and MurmurHash3's end. */
export function hashOf(bytes: Uint8Array, start: number, length: number, seed: number): number {
  let h = seed;
  for (let i = start; i < start + length; i += 1) h = Math.imul(h ^ (bytes[i] ?? 0), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function u16(bytes: Buffer, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

function putU16(bytes: Buffer, at: number, value: number): void {
  bytes[at] = value & 0xff;
  bytes[at + 1] = value >>> 8;
}
