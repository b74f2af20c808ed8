import { setImmediate as breathe } from "node:timers/promises";
import type { ReputationDeps } from "./change-entries.ts";
import { type EntryChange, type EntryEdit, type Guard, keyOf, planChanges } from "./change-plan.ts";
import { entryRecord } from "./entry-row.ts";
import { ensureSources, type SourceNames } from "./source-names.ts";
import { copyLine } from "./store.ts";

/** Others get their turn after so many. */
const AT_ONCE = 500;

/** A new entry, ready to be written if it still is new then. */
export type ReadyEntry = { at: number; change: EntryChange; due: number | null; line: string };

/**
 * Edits worked out ahead of their transaction, as if none of their entries were stored: most of an
 * import's are not. `others` (positions) are those that need to see what is stored in any case.
 */
export type PreparedEdits = {
  edits: readonly EntryEdit[];
  keys: readonly string[];
  guard: Guard;
  names: SourceNames;
  ready: readonly ReadyEntry[];
  others: readonly number[];
};

/** Holds nothing and changes nothing but the list of sources. */
export async function prepareEdits(
  { db, clock, guard: guardNow }: Pick<ReputationDeps, "db" | "clock" | "guard">,
  edits: readonly EntryEdit[],
): Promise<PreparedEdits> {
  const guard = await guardNow(db);
  const asserting = edits.filter(({ assertion }) => assertion !== null);
  const names = await ensureSources(db, new Set(asserting.map(({ source }) => source)));
  const keys = edits.map(keyOf);
  const repeated = repeatedOnes(keys);
  const ready: ReadyEntry[] = [];
  const others: number[] = [];
  const time = clock.now();
  for (const [at, edit] of edits.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await breathe();
    const plain = edit.assertion !== null && !repeated.has(keys[at] ?? "");
    const change = plain ? firstAssertion(edit, { now: time.getTime(), guard }) : undefined;
    if (change?.after === undefined) {
      others.push(at);
      continue;
    }
    const record = entryRecord(change, change.after, names, 0);
    ready.push({ at, change, due: record.due, line: copyLine(record, time) });
  }
  return { edits, keys, guard, names, ready, others };
}

function firstAssertion(edit: EntryEdit, context: Parameters<typeof planChanges>[2]) {
  return planChanges([edit], NOTHING, context).changes[0];
}

const NOTHING = new Map<string, never>();

function repeatedOnes(keys: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) repeated.add(key);
    else seen.add(key);
  }
  return repeated;
}
