/** What a source says about a value: severity and end, or nothing. */
export type Said = string | null;

/**
 * What each source may say about each value, from what was asked and answered. A request that ended
 * without an answer may have been carried out or not: then both are possible, until the next answer.
 */
export class Ledger {
  readonly #possible = new Map<string, Set<Said>>();

  answered(source: string, value: string, said: Said): void {
    this.#possible.set(keyOf(source, value), new Set([said]));
  }

  unanswered(source: string, value: string, said: Said): void {
    const key = keyOf(source, value);
    this.#possible.set(key, (this.#possible.get(key) ?? new Set<Said>([null])).add(said));
  }

  valuesOf(source: string): string[] {
    return [...this.#possible.keys()]
      .filter((key) => key.startsWith(`${source}\t`))
      .map((key) => key.slice(source.length + 1));
  }

  /** Everything that ends before `now` has ended. */
  differences(found: ReadonlyMap<string, string>, now: number): string[] {
    const wrong: string[] = [];
    for (const key of new Set([...this.#possible.keys(), ...found.keys()])) {
      const is = found.get(key) ?? null;
      const possible = [...(this.#possible.get(key) ?? [null])].map((said) => ending(said, now));
      if (!possible.includes(is)) wrong.push(`${key} is ${is}, may be ${possible.join(" or ")}`);
    }
    return wrong;
  }

  get size(): number {
    return this.#possible.size;
  }
}

export function keyOf(source: string, value: string): string {
  return `${source}\t${value}`;
}

export function said(severity: string | null, expires: number | null): string {
  return `${severity} until ${expires}`;
}

function ending(one: Said, now: number): Said {
  const end = one?.split(" until ")[1];
  return end === undefined || end === "null" || Number(end) > now ? one : null;
}
