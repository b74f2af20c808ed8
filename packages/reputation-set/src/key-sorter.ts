const FIRST_CAPACITY = 1024;
const GROWTH = 1.5;
const DIGITS = 1 << 16;

/**
 * Collects keys of one fixed, even length with a number each, and gives them back in the order of
 * their bytes. Costs the key, ten bytes, and half as much again while it grows.
 */
export class KeySorter {
  readonly #width: number;
  #keys: Uint8Array;
  #values = new Uint16Array(FIRST_CAPACITY);
  #count = 0;

  constructor(width: number) {
    this.#width = width;
    this.#keys = new Uint8Array(FIRST_CAPACITY * width);
  }

  push(key: Uint8Array, value: number): void {
    if (key.length !== this.#width) throw new RangeError("a key has another length");
    if (this.#count === this.#values.length) this.#grow();
    this.#keys.set(key, this.#count * this.#width);
    this.#values[this.#count] = value;
    this.#count += 1;
  }

  /** Keys are views: copy what must live longer. */
  *sorted(): Generator<{ key: Uint8Array; value: number }> {
    for (const i of this.#order()) {
      const at = i * this.#width;
      yield { key: this.#keys.subarray(at, at + this.#width), value: this.#values[i] ?? 0 };
    }
  }

  #grow(): void {
    const capacity = Math.ceil(this.#values.length * GROWTH);
    const [keys, values] = [new Uint8Array(capacity * this.#width), new Uint16Array(capacity)];
    keys.set(this.#keys);
    values.set(this.#values);
    [this.#keys, this.#values] = [keys, values];
  }

  /** Radix sort by two bytes at a time, from the last to the first. */
  #order(): Uint32Array {
    let order = Uint32Array.from({ length: this.#count }, (_, i) => i);
    let target = new Uint32Array(this.#count);
    for (let byte = this.#width - 2; byte >= 0; byte -= 2) {
      if (this.#sortByDigit(byte, order, target)) [order, target] = [target, order];
    }
    return order;
  }

  /** False when all keys have the same digit, so that there is nothing to move. */
  #sortByDigit(byte: number, order: Uint32Array, target: Uint32Array): boolean {
    const starts = new Uint32Array(DIGITS + 1);
    for (let i = 0; i < this.#count; i += 1) {
      const next = this.#digit(i, byte) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    if (starts[this.#digit(0, byte) + 1] === this.#count) return false;
    for (let digit = 1; digit <= DIGITS; digit += 1) {
      starts[digit] = (starts[digit] ?? 0) + (starts[digit - 1] ?? 0);
    }
    for (const i of order) {
      const digit = this.#digit(i, byte);
      const place = starts[digit] ?? 0;
      target[place] = i;
      starts[digit] = place + 1;
    }
    return true;
  }

  #digit(i: number, byte: number): number {
    const at = i * this.#width + byte;
    return ((this.#keys[at] ?? 0) << 8) | (this.#keys[at + 1] ?? 0);
  }
}
