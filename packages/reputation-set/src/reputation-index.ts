import { randomBytes } from "node:crypto";
import type { EntryType, SetChecksum, SetMember } from "@breakwater/protocol";
import { maskBytes, parseAddress } from "./ip-address.ts";
import { KeyTable } from "./key-table.ts";
import { addressRangeKey, keyOf, TYPE_CODES, valueOf } from "./member-key.ts";
import type { RecordVisitor } from "./record-arena.ts";
import { ChecksumSum } from "./set-checksum.ts";
import { coveringSpellings } from "./url-spellings.ts";

/**
 * The members of one set in memory, with the look-ups that enrich a hit. About 30 bytes a member,
 * so that ten million fit beside everything else on a device.
 */
export class ReputationIndex {
  readonly #tables: ReadonlyMap<EntryType, KeyTable>;
  readonly #checksum = new ChecksumSum();
  /** How many ranges there are of each family and prefix length: only those are probed. */
  readonly #prefixes = { 4: new Uint32Array(33), 6: new Uint32Array(129) };

  constructor() {
    const seed = randomBytes(4).readUInt32LE(0);
    this.#tables = new Map(TYPE_CODES.map((type) => [type, new KeyTable(seed)]));
  }

  get count(): number {
    let count = 0;
    for (const table of this.#tables.values()) count += table.count;
    return count;
  }

  get checksum(): SetChecksum {
    return this.#checksum.toString();
  }

  get bytes(): number {
    let bytes = 0;
    for (const table of this.#tables.values()) bytes += table.bytes;
    return bytes;
  }

  countOf(type: EntryType): number {
    return this.#table(type).count;
  }

  /** The filter number of a member. */
  get(type: EntryType, value: string): number | undefined {
    return this.#table(type).get(keyOf(type, value));
  }

  /** Adds or replaces; returns the filter number it had before. */
  put(type: EntryType, value: string, filter: number): number | undefined {
    return this.putKey(type, keyOf(type, value), filter);
  }

  putKey(type: EntryType, key: Uint8Array, filter: number): number | undefined {
    const before = this.#table(type).put(key, filter);
    if (before === filter) return before;
    if (before !== undefined) this.#checksum.remove(type, key, before);
    else if (type === "cidr") this.#countPrefix(key, 1);
    this.#checksum.add(type, key, filter);
    return before;
  }

  /**
   * Adds the first `length` bytes of `key`, which must not be in the set yet. Call `finishLoading`
   * before anything else.
   */
  loadKey(type: EntryType, key: Uint8Array, length: number, filter: number): void {
    this.#table(type).load(key, length, filter);
    if (type === "cidr") this.#countPrefix(key, 1);
    this.#checksum.add(type, key, filter, length);
  }

  finishLoading(): void {
    for (const table of this.#tables.values()) table.finishLoading();
  }

  remove(type: EntryType, value: string): number | undefined {
    const key = keyOf(type, value);
    const before = this.#table(type).remove(key);
    if (before === undefined) return undefined;
    if (type === "cidr") this.#countPrefix(key, -1);
    this.#checksum.remove(type, key, before);
    return before;
  }

  /** Members of one type or of all, in no particular order. Do not change the set meanwhile. */
  *members(type?: EntryType): Generator<SetMember> {
    for (const one of type === undefined ? TYPE_CODES : [type]) {
      for (const { key, value: filter } of this.#table(one).entries()) {
        const value = valueOf(one, key);
        if (value !== undefined) yield { type: one, value, filter };
      }
    }
  }

  /** Shows the key and the filter number of every member of a type, and pauses after each megabyte. */
  visitKeys(type: EntryType, visitor: RecordVisitor): Generator<void> {
    return this.#table(type).visit(visitor);
  }

  /** Keys of one type in the order of their bytes. Keys are views: copy what must live longer. */
  sortedKeys(type: EntryType): Generator<{ key: Buffer; value: number }> {
    return this.#table(type).sorted();
  }

  /** Members that cover an address, the address itself first, then ranges from narrow to wide. */
  coveringAddress(text: string): SetMember[] {
    const bytes = parseAddress(text);
    if (bytes === undefined) return [];
    const type = bytes.length === 4 ? "ipv4" : "ipv6";
    const found = this.#found(type, bytes);
    const counts = this.#prefixes[bytes.length === 4 ? 4 : 6];
    for (let prefix = counts.length - 1; prefix > 0; prefix -= 1) {
      if (counts[prefix] === 0) continue;
      found.push(...this.#found("cidr", addressRangeKey(maskBytes(bytes, prefix), prefix)));
    }
    return found;
  }

  /** Members that cover a host name (any case, trailing dot or not), from the name to its parents. */
  coveringName(name: string): SetMember[] {
    let rest = name.toLowerCase().replace(/\.$/, "");
    if (rest === "" || rest.length > 253) return [];
    const found = this.#found("domain-exact", Buffer.from(rest, "utf8"));
    for (;;) {
      found.push(...this.#found("domain", Buffer.from(rest, "utf8")));
      const dot = rest.indexOf(".");
      if (dot < 0) return found;
      rest = rest.slice(dot + 1);
    }
  }

  /**
   * Members that cover a canonical URL: itself, without its query, without its port, without both.
   * An entry without port or query covers every port or query.
   */
  coveringUrl(url: string): SetMember[] {
    return coveringSpellings(url).flatMap((spelling) => {
      const key = Buffer.from(spelling, "utf8");
      return key.length === 0 || key.length > 2048 ? [] : this.#found("url", key);
    });
  }

  #found(type: EntryType, key: Uint8Array): SetMember[] {
    const filter = this.#table(type).get(key);
    const value = filter === undefined ? undefined : valueOf(type, key);
    return filter === undefined || value === undefined ? [] : [{ type, value, filter }];
  }

  #countPrefix(key: Uint8Array, change: 1 | -1): void {
    const counts = this.#prefixes[key[0] === 4 ? 4 : 6];
    const prefix = key[1] ?? 0;
    counts[prefix] = (counts[prefix] ?? 0) + change;
  }

  #table(type: EntryType): KeyTable {
    const table = this.#tables.get(type);
    if (table === undefined) throw new RangeError(`unknown entry type ${type}`);
    return table;
  }
}
