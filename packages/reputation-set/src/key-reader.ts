import type { EntryType } from "@breakwater/protocol";
import { fixedKeyBytes, isKey, isPrintable, MAX_KEY_BYTES } from "./member-key.ts";
import { damaged } from "./snapshot-format.ts";

/** One key in a buffer that is used again for the next. */
export type Key = { readonly bytes: Uint8Array; length: number };

export function newKey(): Key {
  return { bytes: new Uint8Array(MAX_KEY_BYTES), length: 0 };
}

/** Reads the keys of one block, each over the one before it. Front coding starts anew in each block. */
export class KeyReader {
  readonly #type: EntryType;
  readonly #fixed: number | undefined;
  /** The keys of a type with a fixed length as a view, for checks that look at the whole key. */
  readonly #view: Uint8Array;
  readonly #key: Key;
  readonly #block: Buffer;
  #at = 0;
  #isFirst = true;

  /** @param key the last key of the block before, empty in front of the first; always the newest one */
  constructor(type: EntryType, key: Key, block: Buffer) {
    this.#type = type;
    this.#fixed = fixedKeyBytes(type);
    this.#view = key.bytes.subarray(0, this.#fixed);
    this.#key = key;
    this.#block = block;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#block.length;
  }

  /** @throws AppError `Unprocessable` when there is no next key, or it is none, or not in order */
  next(): void {
    if (this.#fixed === undefined) this.#nextText();
    else this.#nextFixed(this.#fixed);
    this.#isFirst = false;
  }

  #nextFixed(length: number): void {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#block.length) throw damaged("a block has fewer keys than it says");
    this.#take(0, at, length);
    // Any four, sixteen, twenty or thirty-two bytes are an address or a hash, with few exceptions.
    if ((this.#type === "ipv6" || this.#type === "cidr") && !isKey(this.#type, this.#view)) {
      throw damaged(`it has a bad key of type ${this.#type}`);
    }
  }

  #nextText(): void {
    const [block, at] = [this.#block, this.#at];
    const shared = block[at] ?? 0;
    const more = (block[at + 1] ?? 0) | ((block[at + 2] ?? 0) << 8);
    this.#at = at + 3 + more;
    const known = this.#isFirst ? 0 : this.#key.length;
    if (this.#at > block.length || shared > known || shared + more > MAX_KEY_BYTES) {
      throw damaged("a key is malformed");
    }
    if (!isPrintable(block, at + 3, this.#at)) {
      throw damaged(`it has a bad key of type ${this.#type}`);
    }
    this.#take(shared, at + 3, more);
  }

  /** The first `shared` bytes stay, `more` of the block follow. The outcome must come after the key before. */
  #take(shared: number, from: number, more: number): void {
    const { bytes, length: before } = this.#key;
    const length = shared + more;
    let isAfter = length > before;
    for (let i = 0, decided = false; i < more; i += 1) {
      const byte = this.#block[from + i] ?? 0;
      const place = shared + i;
      if (!decided && place < before && byte !== bytes[place]) {
        isAfter = byte > (bytes[place] ?? 0);
        decided = true;
      }
      bytes[place] = byte;
    }
    if (!isAfter) throw damaged("its keys are not in order");
    this.#key.length = length;
  }
}
