/** Every record sits in one chunk; chunks are allocated as needed, so growth copies nothing. */
const CHUNK_BITS = 20;
const CHUNK_BYTES = 1 << CHUNK_BITS;
/** length u16 | value u16 | key */
const HEADER = 4;
const MIN_SLOTS = 16;
const MAX_LOAD = 0.66;
const MIN_GARBAGE = 1 << 16;

/**
 * Map from byte keys to 16-bit numbers, for millions of keys: records in an arena, found through
 * open addressing with linear probing. Costs key + 4 bytes + 6 to 12 bytes of slots each.
 */
export class KeyTable {
  readonly #seed: number;
  #slots = new Uint32Array(MIN_SLOTS);
  #chunks: Buffer[] = [];
  #used = CHUNK_BYTES;
  #garbage = 0;
  #count = 0;

  /** @param seed random per process, so that nobody can choose colliding keys */
  constructor(seed: number) {
    this.#seed = seed >>> 0;
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#slots.byteLength + this.#chunks.length * CHUNK_BYTES;
  }

  get(key: Uint8Array): number | undefined {
    const at = this.#slots[this.#slotOf(key)] ?? 0;
    return at === 0 ? undefined : this.#valueAt(at - 1);
  }

  /** Returns what the key had before. */
  put(key: Uint8Array, value: number): number | undefined {
    const slot = this.#slotOf(key);
    const at = this.#slots[slot] ?? 0;
    if (at !== 0) {
      const before = this.#valueAt(at - 1);
      this.#chunkOf(at - 1).writeUInt16LE(value, ((at - 1) & (CHUNK_BYTES - 1)) + 2);
      return before;
    }
    this.#slots[slot] = this.#append(key, value) + 1;
    this.#count += 1;
    if (this.#count > this.#slots.length * MAX_LOAD) this.#resize(this.#slots.length * 2);
    return undefined;
  }

  remove(key: Uint8Array): number | undefined {
    const slot = this.#slotOf(key);
    const at = this.#slots[slot] ?? 0;
    if (at === 0) return undefined;
    const before = this.#valueAt(at - 1);
    this.#garbage += HEADER + key.length;
    this.#count -= 1;
    this.#closeHole(slot);
    if (this.#garbage > MIN_GARBAGE && this.#garbage > this.#liveBytes()) this.#compact();
    return before;
  }

  /** Keys are views into the table: copy what must outlive a change. */
  *entries(): Generator<{ key: Buffer; value: number }> {
    for (const at of this.#slots) {
      if (at !== 0) yield { key: this.#keyAt(at - 1), value: this.#valueAt(at - 1) };
    }
  }

  /** Entries in the order of their keys' bytes. */
  *sorted(): Generator<{ key: Buffer; value: number }> {
    const places = this.#slots.filter((at) => at !== 0);
    // Most keys differ in their first six bytes: comparing numbers spares looking at the rest.
    const prefixes = Float64Array.from(places, (at) => this.#prefixAt(at - 1));
    const order = Uint32Array.from(places, (_, i) => i);
    order.sort(
      (a, b) =>
        (prefixes[a] ?? 0) - (prefixes[b] ?? 0) ||
        this.#compareAt((places[a] ?? 0) - 1, (places[b] ?? 0) - 1),
    );
    for (const i of order) {
      const at = (places[i] ?? 0) - 1;
      yield { key: this.#keyAt(at), value: this.#valueAt(at) };
    }
  }

  /** Byte order of two keys, without making a view of either. */
  #compareAt(left: number, right: number): number {
    const [a, b] = [this.#chunkOf(left), this.#chunkOf(right)];
    const [startA, startB] = [left & (CHUNK_BYTES - 1), right & (CHUNK_BYTES - 1)];
    const [lengthA, lengthB] = [a.readUInt16LE(startA), b.readUInt16LE(startB)];
    const shorter = Math.min(lengthA, lengthB);
    for (let i = HEADER; i < HEADER + shorter; i += 1) {
      const difference = (a[startA + i] ?? 0) - (b[startB + i] ?? 0);
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }

  /** The first six bytes of a key as a number, zeros behind a shorter one. */
  #prefixAt(at: number): number {
    const chunk = this.#chunkOf(at);
    const start = at & (CHUNK_BYTES - 1);
    const length = Math.min(6, chunk.readUInt16LE(start));
    if (length === 0) return 0;
    return chunk.readUIntBE(start + HEADER, length) * 2 ** (8 * (6 - length));
  }

  #liveBytes(): number {
    return this.#chunks.length * CHUNK_BYTES - this.#garbage;
  }

  #chunkOf(at: number): Buffer {
    const chunk = this.#chunks[at >>> CHUNK_BITS];
    if (chunk === undefined) throw new RangeError("record outside the arena");
    return chunk;
  }

  #valueAt(at: number): number {
    return this.#chunkOf(at).readUInt16LE((at & (CHUNK_BYTES - 1)) + 2);
  }

  #keyAt(at: number): Buffer {
    const chunk = this.#chunkOf(at);
    const start = at & (CHUNK_BYTES - 1);
    return chunk.subarray(start + HEADER, start + HEADER + chunk.readUInt16LE(start));
  }

  #holds(at: number, key: Uint8Array): boolean {
    const chunk = this.#chunkOf(at);
    const start = at & (CHUNK_BYTES - 1);
    if (chunk.readUInt16LE(start) !== key.length) return false;
    for (let i = 0; i < key.length; i += 1) {
      if (chunk[start + HEADER + i] !== key[i]) return false;
    }
    return true;
  }

  /** The slot that holds the key, or the empty one where it would go. */
  #slotOf(key: Uint8Array): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hash(key) & mask;
    for (let at = this.#slots[slot] ?? 0; at !== 0; at = this.#slots[slot] ?? 0) {
      if (this.#holds(at - 1, key)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #append(key: Uint8Array, value: number): number {
    const length = HEADER + key.length;
    if (this.#used + length > CHUNK_BYTES) {
      if (this.#chunks.length === 2 ** (32 - CHUNK_BITS) - 1)
        throw new RangeError("key table is full");
      this.#chunks.push(Buffer.alloc(CHUNK_BYTES));
      this.#used = 0;
    }
    const at = (this.#chunks.length - 1) * CHUNK_BYTES + this.#used;
    const chunk = this.#chunkOf(at);
    chunk.writeUInt16LE(key.length, this.#used);
    chunk.writeUInt16LE(value, this.#used + 2);
    chunk.set(key, this.#used + HEADER);
    this.#used += length;
    return at;
  }

  /** Moves later records of the probe chain forward, so that look-ups never meet a false end. */
  #closeHole(from: number): void {
    const mask = this.#slots.length - 1;
    let hole = from;
    for (let slot = (hole + 1) & mask; ; slot = (slot + 1) & mask) {
      const at = this.#slots[slot] ?? 0;
      if (at === 0) break;
      const home = this.#hash(this.#keyAt(at - 1)) & mask;
      const canMove = ((slot - home) & mask) >= ((slot - hole) & mask);
      if (!canMove) continue;
      this.#slots[hole] = at;
      hole = slot;
    }
    this.#slots[hole] = 0;
  }

  #resize(length: number): void {
    const old = this.#slots;
    const mask = length - 1;
    const slots = new Uint32Array(length);
    for (const at of old) {
      if (at === 0) continue;
      let slot = this.#hash(this.#keyAt(at - 1)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = at;
    }
    this.#slots = slots;
  }

  /** Copies the live records into new chunks; the slots keep their places. */
  #compact(): void {
    const old = this.#chunks;
    this.#chunks = [];
    this.#used = CHUNK_BYTES;
    this.#garbage = 0;
    for (const [slot, at] of this.#slots.entries()) {
      if (at === 0) continue;
      const chunk = old[(at - 1) >>> CHUNK_BITS];
      const start = (at - 1) & (CHUNK_BYTES - 1);
      if (chunk === undefined) continue;
      const key = chunk.subarray(start + HEADER, start + HEADER + chunk.readUInt16LE(start));
      this.#slots[slot] = this.#append(key, chunk.readUInt16LE(start + 2)) + 1;
    }
  }

  /** MurmurHash3's mixing, byte by byte. */
  #hash(key: Uint8Array): number {
    let h = this.#seed;
    for (let i = 0; i < key.length; i += 1) {
      h = Math.imul(h ^ (key[i] ?? 0), 0x01000193);
    }
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  }
}
