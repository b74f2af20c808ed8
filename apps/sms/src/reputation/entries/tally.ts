import { sql } from "kysely";
import { type Executor, jsonText } from "../../database.ts";
import type { EntryChange } from "./change-plan.ts";
import type { AssertionState, EntryKey, EntryState } from "./entry-state.ts";
import type { SourceNames } from "./source-names.ts";

/**
 * What entries are counted by: `type`, `severity`, `action`, `held` (by type), `source` (number, then
 * type), `source-held` (number).
 */
export type TallyDimension = "type" | "severity" | "action" | "held" | "source" | "source-held";

/** Differences by dimension and value; kept with every change, so that no list has to be counted. */
export class Tally {
  /** Changes that count alike are counted together first: most of an import does. */
  readonly #alike = new Map<string, { one: Counted; by: number }>();
  readonly #names: SourceNames;

  constructor(names: SourceNames) {
    this.#names = names;
  }

  note({ type, before, after, assertions }: EntryChange): void {
    if (before !== undefined) this.#count(before, -1);
    if (after !== undefined) this.#count({ type, state: after, assertions }, 1);
  }

  rows(): { dimension: string; value: string; entries: number }[] {
    const totals = new Map<string, number>();
    for (const { one, by } of this.#alike.values()) {
      for (const key of this.#keysOf(one)) totals.set(key, (totals.get(key) ?? 0) + by);
    }
    return [...totals].flatMap(([key, entries]) => {
      if (entries === 0) return [];
      const [dimension = "", value = ""] = key.split("\t");
      return [{ dimension, value, entries }];
    });
  }

  #count(one: Counted, by: 1 | -1): void {
    const { type, state, assertions } = one;
    let key = `${type} ${state.severity} ${state.scanAction} ${state.held}`;
    for (const { source, held } of assertions) key += `\t${held === null ? "" : "-"}${source}`;
    const alike = this.#alike.get(key);
    if (alike === undefined) this.#alike.set(key, { one, by });
    else alike.by += by;
  }

  *#keysOf({ type, state, assertions }: Counted): Generator<`${TallyDimension}\t${string}`> {
    yield `type\t${type}`;
    if (state.severity !== null) yield `severity\t${state.severity}`;
    if (state.scanAction !== null) yield `action\t${state.scanAction}`;
    if (state.held) yield `held\t${type}`;
    for (const { source, held } of assertions) {
      const id = this.#names.idOf(source);
      yield `source\t${id} ${type}`;
      if (held !== null) yield `source-held\t${id}`;
    }
  }
}

type Counted = Pick<EntryKey, "type"> & {
  state: EntryState;
  assertions: readonly AssertionState[];
};

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
