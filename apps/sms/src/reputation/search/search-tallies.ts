import type { EntryType, Query, QueryTest } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Executor } from "../../database.ts";
import type { SourceNames } from "../entries/source-names.ts";
import type { TallyDimension } from "../entries/tally.ts";

type Counts = ReadonlyMap<string, number>;

/** What is known of all entries without looking at them. */
export class SearchTallies {
  readonly types: Counts;
  readonly severities: Counts;
  readonly actions: Counts;
  readonly held: Counts;
  /** By number of the source, then type. */
  readonly sources: Counts;

  constructor(counts: {
    types: Counts;
    severities: Counts;
    actions: Counts;
    held: Counts;
    sources: Counts;
  }) {
    this.types = counts.types;
    this.severities = counts.severities;
    this.actions = counts.actions;
    this.held = counts.held;
    this.sources = counts.sources;
  }

  get all(): number {
    return sumOf(this.types);
  }

  get allHeld(): number {
    return sumOf(this.held);
  }

  ofTypes(types: readonly EntryType[]): number {
    return types.reduce((sum, type) => sum + (this.types.get(type) ?? 0), 0);
  }

  /** At most: an entry may have several of them. */
  ofSources(ids: readonly number[]): number {
    let sum = 0;
    for (const id of ids) sum += this.ofSource(id);
    return sum;
  }

  ofSource(id: number): number {
    let sum = 0;
    for (const [key, entries] of this.sources) if (key.startsWith(`${id} `)) sum += entries;
    return sum;
  }

  /** How many entries a query finds, where that follows from what is counted; else undefined. */
  totalOf(query: Query, names: SourceNames): number | undefined {
    const [term, another] = query.terms;
    if (term === undefined) return this.all;
    if (another !== undefined) return undefined;
    const found = this.#ofTest(term.test, names);
    if (found === undefined) return undefined;
    return term.negated ? this.all - found : found;
  }

  #ofTest(test: QueryTest, names: SourceNames): number | undefined {
    switch (test.field) {
      case "type":
        return this.ofTypes(test.values);
      case "severity":
        return sumAt(this.severities, test.values);
      case "action":
        return sumAt(this.actions, test.values);
      case "source": {
        const [pattern, another] = test.values;
        if (pattern?.match !== "exact" || another !== undefined) return undefined;
        const id = names.findId(pattern.text);
        return id === undefined ? undefined : this.ofSource(id);
      }
      case "is":
      case "state":
        return test.values.length === 1 && test.values[0] === "held" ? this.allHeld : undefined;
      default:
        return undefined;
    }
  }
}

export async function readTallies(db: Executor): Promise<SearchTallies> {
  const { rows } = await sql<{ dimension: string; value: string; entries: number }>`
    select dimension, value, entries from reputation_tally where entries > 0`.execute(db);
  const counts = (dimension: TallyDimension) =>
    new Map(
      rows.filter((row) => row.dimension === dimension).map((row) => [row.value, row.entries]),
    );
  return new SearchTallies({
    types: counts("type"),
    severities: counts("severity"),
    actions: counts("action"),
    held: counts("held"),
    sources: counts("source"),
  });
}

function sumOf(counts: Counts): number {
  return [...counts.values()].reduce((sum, entries) => sum + entries, 0);
}

function sumAt(counts: Counts, keys: readonly string[]): number {
  return [...new Set(keys)].reduce((sum, key) => sum + (counts.get(key) ?? 0), 0);
}
