import { hashOf, RecordArena, type RecordVisitor } from "./record-arena.ts";

const MIN_SLOTS = 16;
const MAX_LOAD = 0.75;
const MIN_GARBAGE = 1 << 16;

/**
 * Map from byte keys to 16-bit numbers, for millions of keys: records in an arena, found through
 * open addressing with linear probing. Costs key + 4 bytes + 5 to 11 bytes of slots each.
 */
export class KeyTable {
  readonly #seed: number;
  /** Place of a record plus one; 0 is empty. */
  #slots = new Uint32Array(MIN_SLOTS);
  #arena = new RecordArena();
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
    return this.#slots.byteLength + this.#arena.bytes;
  }

  get(key: Uint8Array): number | undefined {
    const at = this.#slots[this.#slotOf(key)] ?? 0;
    return at === 0 ? undefined : this.#arena.valueAt(at - 1);
  }

  /** Returns what the key had before. */
  put(key: Uint8Array, value: number): number | undefined {
    const slot = this.#slotOf(key);
    const at = this.#slots[slot] ?? 0;
    if (at !== 0) {
      const before = this.#arena.valueAt(at - 1);
      this.#arena.setValue(at - 1, value);
      return before;
    }
    this.#slots[slot] = this.#arena.append(key, key.length, value) + 1;
    this.#count += 1;
    if (this.#count > this.#slots.length * MAX_LOAD) this.#makeSlots(this.#slots.length * 2);
    return undefined;
  }

  /**
   * Adds the first `length` bytes of `key`, which must not be there yet, without a place to find
   * them: call `finishLoading` before anything else.
   */
  load(key: Uint8Array, length: number, value: number): void {
    this.#arena.append(key, length, value);
    this.#count += 1;
  }

  finishLoading(): void {
    let length = MIN_SLOTS;
    while (this.#count > length * MAX_LOAD) length *= 2;
    this.#makeSlots(length);
  }

  remove(key: Uint8Array): number | undefined {
    const slot = this.#slotOf(key);
    const at = this.#slots[slot] ?? 0;
    if (at === 0) return undefined;
    const before = this.#arena.valueAt(at - 1);
    this.#arena.remove(at - 1);
    this.#count -= 1;
    this.#closeHole(slot);
    const { bytes, garbage } = this.#arena;
    if (garbage > MIN_GARBAGE && garbage > bytes - garbage) this.#compact();
    return before;
  }

  /** Keys are views into the table: copy what must outlive a change. */
  *entries(): Generator<{ key: Buffer; value: number }> {
    for (const at of this.#arena.places()) {
      yield { key: this.#arena.keyAt(at), value: this.#arena.valueAt(at) };
    }
  }

  /** Shows every record, and pauses now and then. */
  visit(visitor: RecordVisitor): Generator<void> {
    return this.#arena.visit(visitor);
  }

  /** Entries in the order of their keys' bytes. */
  *sorted(): Generator<{ key: Buffer; value: number }> {
    const arena = this.#arena;
    const places = Uint32Array.from(arena.places());
    // Most keys differ in their first six bytes: comparing numbers spares looking at the rest.
    const prefixes = Float64Array.from(places, (at) => arena.prefixAt(at));
    const order = Uint32Array.from(places, (_, i) => i);
    order.sort(
      (a, b) =>
        (prefixes[a] ?? 0) - (prefixes[b] ?? 0) || arena.compare(places[a] ?? 0, places[b] ?? 0),
    );
    for (const i of order) {
      const at = places[i] ?? 0;
      yield { key: arena.keyAt(at), value: arena.valueAt(at) };
    }
  }

  /** The slot that holds the key, or the empty one where it would go. */
  #slotOf(key: Uint8Array): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(key, 0, key.length, this.#seed) & mask;
    for (let at = this.#slots[slot] ?? 0; at !== 0; at = this.#slots[slot] ?? 0) {
      if (this.#arena.holds(at - 1, key)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Moves later records of the probe chain forward, so that look-ups never meet a false end. */
  #closeHole(from: number): void {
    const mask = this.#slots.length - 1;
    let hole = from;
    for (let slot = (hole + 1) & mask; ; slot = (slot + 1) & mask) {
      const at = this.#slots[slot] ?? 0;
      if (at === 0) break;
      const home = this.#arena.hashAt(at - 1, this.#seed) & mask;
      const canMove = ((slot - home) & mask) >= ((slot - hole) & mask);
      if (!canMove) continue;
      this.#slots[hole] = at;
      hole = slot;
    }
    this.#slots[hole] = 0;
  }

  #makeSlots(length: number): void {
    const mask = length - 1;
    const slots = new Uint32Array(length);
    for (const at of this.#arena.places()) {
      let slot = this.#arena.hashAt(at, this.#seed) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = at + 1;
    }
    this.#slots = slots;
  }

  /** Copies the records that are left into a new arena. */
  #compact(): void {
    const old = this.#arena;
    this.#arena = new RecordArena();
    for (const at of old.places()) {
      const key = old.keyAt(at);
      this.#arena.append(key, key.length, old.valueAt(at));
    }
    this.#makeSlots(this.#slots.length);
  }
}
