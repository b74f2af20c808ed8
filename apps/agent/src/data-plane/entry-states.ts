import type { EntryException, EntryType } from "@breakwater/protocol";
import type { Refused } from "./generation.ts";
import type { LiveSets } from "./live-sets.ts";
import { PendingEntries } from "./pending-entries.ts";

const MAX_LISTED = 1000;
const PENDING_REASON =
  "ranges and file hashes wait for the engine's next reload; hits are reported already";

/** Entries of the set that the engine does not hold, and why. */
export class EntryStates {
  readonly pending: PendingEntries;
  readonly #live: LiveSets;
  #refused = new Map<string, EntryException>();

  /** @param now UNIX ms */
  constructor(live: LiveSets, now: () => number) {
    this.#live = live;
    this.pending = new PendingEntries(now);
  }

  get notInForce(): number {
    return this.#refused.size + this.pending.size + this.#live.troubles.size + this.#live.waiting;
  }

  /** Nothing is known against this entry any more. */
  forget(type: EntryType, value: string): void {
    this.#refused.delete(keyOf(type, value));
    this.pending.delete(type, value);
  }

  refuse({ type, value, reason }: Refused): void {
    this.#refused.set(keyOf(type, value), { type, value, state: "rejected", reason });
  }

  refuseOnly(refused: readonly Refused[]): void {
    this.#refused = new Map();
    for (const one of refused) this.refuse(one);
  }

  /** Some of them, for people to look at. */
  list(): EntryException[] {
    const pending = this.pending
      .first(MAX_LISTED)
      .map((entry): EntryException => ({ ...entry, state: "pending", reason: PENDING_REASON }));
    const refused = [...this.#refused.values()].slice(0, MAX_LISTED);
    return [...refused, ...this.#troubles(), ...pending].slice(0, MAX_LISTED);
  }

  #troubles(): EntryException[] {
    return [...this.#live.troubles].slice(0, MAX_LISTED).map(([key, { state, reason }]) => {
      const [, kind, value = ""] = key.split(" ");
      return { type: typeOf(kind, value), value, state, reason };
    });
  }
}

function keyOf(type: EntryType, value: string): string {
  return `${type} ${value}`;
}

function typeOf(kind: string | undefined, value: string): EntryType {
  if (kind === "domain" || kind === "domain-exact" || kind === "url") return kind;
  return value.includes(":") ? "ipv6" : "ipv4";
}
