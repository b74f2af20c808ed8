import type { EntryType } from "@breakwater/protocol";
import { type AddressSpan, addressSpan } from "./address-span.ts";
import { NestedRanges } from "./nested-ranges.ts";
import { coveringSpellings, hostOf } from "./url-spellings.ts";

/** A canonical value and what the holder knows about it. */
export type CoverKey<T> = { readonly type: EntryType; readonly value: string; readonly item: T };

const NOTHING: readonly never[] = [];

/**
 * Which of a few held keys cover an entry, and which of them an entry covers. Built once; a look-up
 * costs well under a microsecond, so that a million entries can be put to it.
 *
 * A key covers what lies inside it: ranges cover addresses, narrower ranges and URLs with such a
 * host; `domain` covers its subdomains and URLs on them; `domain-exact` covers that name alone and
 * URLs on it; a URL without query or port covers any; a hash covers itself. An address is its own
 * range of one.
 */
export class CoverIndex<T> {
  readonly #ipv4: NestedRanges<number, T>;
  readonly #ipv6: NestedRanges<string, T>;
  readonly #urlsOnIpv4: NestedRanges<number, T>;
  readonly #urlsOnIpv6: NestedRanges<string, T>;
  readonly #domains = new Map<string, T[]>();
  readonly #exactNames = new Map<string, T[]>();
  readonly #urls = new Map<string, T[]>();
  readonly #hashes = new Map<string, T[]>();
  /** By each name that names and URLs are under, themselves included. */
  readonly #under = new Map<string, T[]>();
  /** By each spelling that covers them. */
  readonly #urlsInside = new Map<string, T[]>();
  readonly #urlsOnName = new Map<string, T[]>();
  readonly isEmpty: boolean;

  constructor(keys: Iterable<CoverKey<T>>) {
    const addresses = new SpanLists<T>();
    const urlHosts = new SpanLists<T>();
    let count = 0;
    for (const key of keys) {
      count += 1;
      this.#hold(key, addresses, urlHosts);
    }
    this.isEmpty = count === 0;
    this.#ipv4 = new NestedRanges(addresses.ipv4);
    this.#ipv6 = new NestedRanges(addresses.ipv6);
    this.#urlsOnIpv4 = new NestedRanges(urlHosts.ipv4);
    this.#urlsOnIpv6 = new NestedRanges(urlHosts.ipv6);
  }

  /** Held keys that cover the entry, narrow before wide. */
  covering(type: EntryType, value: string): readonly T[] {
    if (this.isEmpty) return NOTHING;
    switch (type) {
      case "ipv4":
      case "ipv6":
      case "cidr":
        return this.#around(value);
      case "domain":
        return this.#parents(value);
      case "domain-exact":
        return this.#coveringName(value);
      case "url":
        return this.#coveringUrl(value);
      case "md5":
      case "sha1":
      case "sha256":
        return this.#hashes.get(value) ?? NOTHING;
    }
  }

  /** Held keys that the entry covers. */
  covered(type: EntryType, value: string): readonly T[] {
    if (this.isEmpty) return NOTHING;
    switch (type) {
      case "ipv4":
      case "ipv6":
      case "cidr":
        return this.#insideRange(value);
      case "domain":
        return this.#under.get(value) ?? NOTHING;
      case "domain-exact":
        return joined(this.#exactNames.get(value), this.#urlsOnName.get(value));
      case "url":
        return this.#urlsInside.get(value) ?? NOTHING;
      case "md5":
      case "sha1":
      case "sha256":
        return this.#hashes.get(value) ?? NOTHING;
    }
  }

  #hold({ type, value, item }: CoverKey<T>, addresses: SpanLists<T>, urlHosts: SpanLists<T>): void {
    switch (type) {
      case "ipv4":
      case "ipv6":
      case "cidr":
        addresses.add(addressSpan(value), item);
        return;
      case "domain":
        append(this.#domains, value, item);
        for (const name of selfAndParents(value)) append(this.#under, name, item);
        return;
      case "domain-exact":
        append(this.#exactNames, value, item);
        for (const name of selfAndParents(value)) append(this.#under, name, item);
        return;
      case "url":
        this.#holdUrl(value, item, urlHosts);
        return;
      case "md5":
      case "sha1":
      case "sha256":
        append(this.#hashes, value, item);
    }
  }

  #holdUrl(value: string, item: T, urlHosts: SpanLists<T>): void {
    append(this.#urls, value, item);
    for (const spelling of coveringSpellings(value)) append(this.#urlsInside, spelling, item);
    const host = hostOf(value);
    const span = addressSpan(host);
    if (span !== undefined) {
      urlHosts.add(span, item);
      return;
    }
    append(this.#urlsOnName, host, item);
    for (const name of selfAndParents(host)) append(this.#under, name, item);
  }

  #around(value: string): readonly T[] {
    if (this.#ipv4.isEmpty && this.#ipv6.isEmpty) return NOTHING;
    const found: T[] = [];
    const address = addressSpan(value);
    if (address?.family === 4) this.#ipv4.around(address.span, found);
    if (address?.family === 6) this.#ipv6.around(address.span, found);
    return found;
  }

  #insideRange(value: string): readonly T[] {
    const found: T[] = [];
    const address = addressSpan(value);
    if (address?.family === 4) {
      this.#ipv4.inside(address.span, found);
      this.#urlsOnIpv4.inside(address.span, found);
    }
    if (address?.family === 6) {
      this.#ipv6.inside(address.span, found);
      this.#urlsOnIpv6.inside(address.span, found);
    }
    return found;
  }

  #coveringUrl(url: string): readonly T[] {
    const spelled =
      this.#urls.size === 0
        ? NOTHING
        : coveringSpellings(url).flatMap(
            (spelling): readonly T[] => this.#urls.get(spelling) ?? NOTHING,
          );
    const host = hostOf(url);
    return joined(spelled, isAddress(host) ? this.#around(host) : this.#coveringName(host));
  }

  #coveringName(name: string): readonly T[] {
    return joined(this.#exactNames.get(name), this.#parents(name));
  }

  #parents(name: string): readonly T[] {
    if (this.#domains.size === 0) return NOTHING;
    let found: readonly T[] = NOTHING;
    for (let at = 0; ; ) {
      found = joined(found, this.#domains.get(at === 0 ? name : name.slice(at)));
      const dot = name.indexOf(".", at);
      if (dot < 0) return found;
      at = dot + 1;
    }
  }
}

class SpanLists<T> {
  readonly ipv4: { from: number; to: number; item: T }[] = [];
  readonly ipv6: { from: string; to: string; item: T }[] = [];

  add(address: AddressSpan | undefined, item: T): void {
    if (address?.family === 4) this.ipv4.push({ ...address.span, item });
    if (address?.family === 6) this.ipv6.push({ ...address.span, item });
  }
}

function selfAndParents(name: string): string[] {
  const labels = name.split(".");
  return labels.map((_, i) => labels.slice(i).join("."));
}

/** Of a canonical host: the last label of a name is never a number. */
function isAddress(host: string): boolean {
  const last = host.charCodeAt(host.length - 1);
  return host.includes(":") || (last >= 0x30 && last <= 0x39 && addressSpan(host) !== undefined);
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}

/** Without a new list where one of the two is enough. */
function joined<T>(left: readonly T[] = NOTHING, right: readonly T[] = NOTHING): readonly T[] {
  if (left.length === 0) return right;
  return right.length === 0 ? left : [...left, ...right];
}
