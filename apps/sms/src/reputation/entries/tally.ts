import { sql } from "kysely";
import { type Executor, jsonText } from "../../database.ts";
import type { EntryChange } from "./change-plan.ts";
import type { AssertionState, EntryKey } from "./entry-state.ts";
import type { SourceNames } from "./source-names.ts";

/**
 * What entries are counted by: `type`, `severity`, `action`, `held` (by type), `source` (number, then
 * type), `source-held` (number).
 */
export type TallyDimension = "type" | "severity" | "action" | "held" | "source" | "source-held";

/** Differences by dimension and value; kept with every change, so that no list has to be counted. */
export class Tally {
  readonly #differences = new Map<string, number>();
  readonly #names: SourceNames;

  constructor(names: SourceNames) {
    this.#names = names;
  }

  note(change: EntryChange): void {
    const { before, after } = change;
    if (before !== undefined) this.#count(change, before.state, before.assertions, -1);
    if (after !== undefined) this.#count(change, after, change.assertions, 1);
  }

  rows(): { dimension: string; value: string; entries: number }[] {
    return [...this.#differences].flatMap(([key, entries]) => {
      if (entries === 0) return [];
      const [dimension = "", value = ""] = key.split("\t");
      return [{ dimension, value, entries }];
    });
  }

  #count(
    { type }: EntryKey,
    state: NonNullable<EntryChange["after"]>,
    assertions: readonly AssertionState[],
    by: 1 | -1,
  ): void {
    this.#add("type", type, by);
    if (state.severity !== null) this.#add("severity", state.severity, by);
    if (state.scanAction !== null) this.#add("action", state.scanAction, by);
    if (state.held) this.#add("held", type, by);
    for (const { source, held } of assertions) {
      const id = this.#names.idOf(source);
      this.#add("source", `${id} ${type}`, by);
      if (held !== null) this.#add("source-held", String(id), by);
    }
  }

  #add(dimension: TallyDimension, value: string, by: 1 | -1): void {
    const key = `${dimension}\t${value}`;
    this.#differences.set(key, (this.#differences.get(key) ?? 0) + by);
  }
}

/** The caller holds the reputation counter, so nobody else moves these rows. */
export async function writeTally(db: Executor, tally: Tally): Promise<void> {
  const rows = tally.rows();
  if (rows.length === 0) return;
  await sql`
    insert into reputation_tally (dimension, value, entries)
    select r.dimension, r.value, r.entries
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r
      (dimension text, value text, entries bigint)
    on conflict (dimension, value) do update
      set entries = reputation_tally.entries + excluded.entries`.execute(db);
}

export async function readTally(
  db: Executor,
  dimension: TallyDimension,
): Promise<Map<string, number>> {
  const { rows } = await sql<{ value: string; entries: number }>`
    select value, entries from reputation_tally
    where dimension = ${dimension} and entries > 0`.execute(db);
  return new Map(rows.map(({ value, entries }) => [value, entries]));
}
