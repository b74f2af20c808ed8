import { hash } from "node:crypto";
import { type EntryType, SetChecksum } from "@breakwater/protocol";
import { keyOf, MAX_KEY_BYTES, TYPE_CODES } from "./member-key.ts";

/**
 * Order-free checksum of a set: the sum, mod 2^128, of the first 128 bits of the SHA-256 of every
 * member's type code (u8), filter number (u16 big-endian) and key. Adding and removing members
 * are one addition or subtraction each.
 */
export class ChecksumSum {
  #sum = 0n;
  /** Sums of 32-bit words, carried into the total now and then: numbers are faster than bigints. */
  readonly #words = new Float64Array(4);
  #pending = 0;

  /** @param length how many bytes of `key` count */
  add(type: EntryType, key: Uint8Array, filter: number, length: number = key.length): void {
    this.#accumulate(memberDigest(type, key, length, filter), 1);
  }

  remove(type: EntryType, key: Uint8Array, filter: number): void {
    this.#accumulate(memberDigest(type, key, key.length, filter), -1);
  }

  /** 32 lower-case hex digits. */
  toString(): SetChecksum {
    this.#carry();
    return SetChecksum.parse(this.#sum.toString(16).padStart(32, "0"));
  }

  #accumulate(digest: string, sign: 1 | -1): void {
    for (let word = 0; word < 4; word += 1) {
      this.#words[word] = (this.#words[word] ?? 0) + sign * wordOf(digest, word * 4);
    }
    this.#pending += 1;
    if (this.#pending >= 1 << 20) this.#carry();
  }

  #carry(): void {
    for (let word = 0; word < 4; word += 1) {
      this.#sum += BigInt(this.#words[word] ?? 0) << BigInt(96 - 32 * word);
      this.#words[word] = 0;
    }
    this.#sum = BigInt.asUintN(128, this.#sum);
    this.#pending = 0;
  }
}

const scratch = Buffer.alloc(3 + MAX_KEY_BYTES);
/** Views of `scratch` by key length: making one costs a fifth of a digest. */
const views: Uint8Array[] = [];

/** One character per byte: making a buffer for each of a million digests takes four times as long. */
function memberDigest(type: EntryType, key: Uint8Array, length: number, filter: number): string {
  scratch[0] = TYPE_CODES.indexOf(type);
  scratch[1] = filter >>> 8;
  scratch[2] = filter & 0xff;
  for (let i = 0; i < length; i += 1) scratch[3 + i] = key[i] ?? 0;
  const view = (views[length] ??= scratch.subarray(0, 3 + length));
  return hash("sha256", view, "binary");
}

/** 32 bits, big-endian. */
function wordOf(digest: string, at: number): number {
  const high = (digest.charCodeAt(at) << 8) | digest.charCodeAt(at + 1);
  return high * 0x10000 + ((digest.charCodeAt(at + 2) << 8) | digest.charCodeAt(at + 3));
}

export const EMPTY_CHECKSUM = SetChecksum.parse("0".repeat(32));

/** For tests and small sets; large ones keep a running sum. */
export function checksumOf(
  members: Iterable<{ type: EntryType; value: string; filter: number }>,
): SetChecksum {
  const sum = new ChecksumSum();
  for (const { type, value, filter } of members) sum.add(type, keyOf(type, value), filter);
  return sum.toString();
}
