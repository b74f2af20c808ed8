import type { EntryType } from "@breakwater/protocol";

/** Whether an entry was in the set but not yet in the engine at that time (UNIX ms). */
export type IsPendingAt = (type: EntryType, value: string, time: number) => boolean;

/** How long a reload is remembered: log lines from before it are read a little later. */
const REMEMBERED_MS = 10_000;

/** Entries that wait for the engine to read its lists. */
export class PendingEntries {
  readonly #now: () => number;
  readonly #pending = new Map<string, { type: EntryType; value: string }>();
  readonly #loadedAt = new Map<string, number>();

  /** @param now UNIX ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#pending.size;
  }

  get isEmpty(): boolean {
    this.#forget();
    return this.#pending.size === 0 && this.#loadedAt.size === 0;
  }

  add(type: EntryType, value: string): void {
    this.#pending.set(`${type} ${value}`, { type, value });
  }

  delete(type: EntryType, value: string): void {
    this.#pending.delete(`${type} ${value}`);
    this.#loadedAt.delete(`${type} ${value}`);
  }

  keys(): string[] {
    return [...this.#pending.keys()];
  }

  first(limit: number): { type: EntryType; value: string }[] {
    return [...this.#pending.values()].slice(0, limit);
  }

  /** The engine has these now. */
  loaded(keys: readonly string[]): void {
    const now = this.#now();
    for (const key of keys) if (this.#pending.delete(key)) this.#loadedAt.set(key, now);
  }

  readonly isPendingAt: IsPendingAt = (type, value, time) => {
    const key = `${type} ${value}`;
    return this.#pending.has(key) || time < (this.#loadedAt.get(key) ?? 0);
  };

  #forget(): void {
    const limit = this.#now() - REMEMBERED_MS;
    for (const [key, at] of this.#loadedAt) if (at < limit) this.#loadedAt.delete(key);
  }
}
