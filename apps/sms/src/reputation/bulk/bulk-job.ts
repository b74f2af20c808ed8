import { nextRevision, transaction } from "@breakwater/postgres";
import type { BulkAction, JobId } from "@breakwater/protocol";
import type { Tx } from "../../database.ts";
import { defineJobKind, type JobKind, type JobRun } from "../../jobs/index.ts";
import {
  applyEdits,
  MOST_EDITS,
  REPUTATION_COUNTER,
  type ReputationChange,
  type ReputationDeps,
} from "../entries/change-entries.ts";
import { type EntryEdit, keyOf, type StoredEntry } from "../entries/change-plan.ts";
import { type EntryKey, LOCAL_SOURCE } from "../entries/entry-state.ts";
import { ensureSources, type SourceNames, sourceKinds } from "../entries/source-names.ts";
import { loadEntries } from "../entries/store.ts";
import { bulkEdits } from "./bulk-edits.ts";
import {
  BulkCheckpoint,
  BulkCounts,
  BulkParams,
  type BulkTarget,
  NOTHING_CHANGED,
} from "./bulk-params.ts";
import { type TargetDeps, targetPage } from "./bulk-target.ts";
import { type KeptAssertion, keepReplaced, type Replaced } from "./trash-store.ts";
import { undoBulk } from "./undo-bulk.ts";

export type BulkJobDeps = ReputationDeps & TargetDeps;
type Run = JobRun<BulkParams, BulkCheckpoint>;

/** So many entries are changed in one transaction. */
const BATCH = MOST_EDITS;
export const UNDO_MS = 30 * 86_400_000;

/**
 * Changes every entry of a target, newest first, each once: what is added while it runs is left
 * alone. What it replaces goes to the trash with the same commit.
 */
export function bulkJob(deps: BulkJobDeps): JobKind<BulkParams> {
  return defineJobKind({
    kind: "bulk",
    permission: "reputation:write",
    params: BulkParams,
    checkpoint: BulkCheckpoint,
    result: BulkCounts,
    unit: "entries",
    title: ({ action, target }) => `${VERBS[action.do]} ${targetName(target)}`,
    run: (run) => changeAll(deps, run),
    undo: { withinMs: UNDO_MS, run: (run, undone) => undoBulk(deps, run, undone.id) },
  });
}

const VERBS: Readonly<Record<BulkAction["do"], string>> = {
  delete: "Delete",
  set: "Change",
  release: "Release",
  discard: "Discard",
};

function targetName(target: BulkTarget): string {
  if ("ids" in target) return target.ids.length === 1 ? "1 entry" : `${target.ids.length} entries`;
  const q = target.q.trim();
  return q === "" ? "all entries" : `entries that match ${q.slice(0, 200)}`;
}

async function changeAll(deps: BulkJobDeps, run: Run): Promise<BulkCounts> {
  const { target, asked } = run.params;
  let { place, counts, done } = run.checkpoint ?? START;
  while (!done) {
    run.signal.throwIfAborted();
    const cursor = place === "" ? {} : { cursor: place };
    const page = { ...cursor, limit: BATCH, asked: Date.parse(asked) };
    const { entries, next, total } = await targetPage(deps, target, page);
    const change = await transaction(deps.db, async (tx) => {
      const batch = await changeBatch(tx, deps, run, entries);
      counts = added(counts, batch.counts);
      done = next === undefined;
      place = next ?? "";
      run.progress(seen(counts), total.exact ? Math.max(total.value, seen(counts)) : null);
      await run.saveCheckpoint(tx, { place, counts, done });
      return batch.change;
    });
    deps.onChange(change);
  }
  return counts;
}

const START: BulkCheckpoint = { place: "", counts: NOTHING_CHANGED, done: false };

type Batch = { counts: BulkCounts; change: ReputationChange };

async function changeBatch(
  tx: Tx,
  deps: BulkJobDeps,
  run: Run,
  keys: readonly EntryKey[],
): Promise<Batch> {
  const { action } = run.params;
  const revision = await nextRevision(tx, REPUTATION_COUNTER);
  const names = await ensureSources(tx, new Set([LOCAL_SOURCE]));
  const kinds = await sourceKinds(tx);
  const stored = await loadEntries(tx, keys, names);
  const release = { by: run.by.principal.name, at: deps.clock.now().getTime() };
  const context = { kindOf: (source: string) => kinds.get(source), release };
  const edits: EntryEdit[] = [];
  let refused = 0;
  for (const entry of stored.values()) {
    const wanted = bulkEdits(action, entry, context);
    edits.push(...wanted.edits);
    if (wanted.refused === undefined) continue;
    refused += 1;
    run.reject({ line: 0, value: entry.value, reason: wanted.refused });
  }
  const { change, result } = await applyEdits(tx, deps, edits, revision);
  const touched = edits.filter((_, at) => result.outcomes[at] !== "unchanged");
  await keepTouched(tx, run.id, touched, { stored, names });
  const changed = new Set(touched.map(keyOf)).size;
  return { counts: { changed, refused, unchanged: keys.length - changed - refused }, change };
}

type Before = { stored: ReadonlyMap<string, StoredEntry>; names: SourceNames };

async function keepTouched(
  tx: Tx,
  job: JobId,
  touched: readonly EntryEdit[],
  { stored, names }: Before,
): Promise<void> {
  const now = await loadEntries(tx, touched, names);
  const replaced = touched.map(({ type, value, source }): Replaced => {
    const of = (entry: StoredEntry | undefined) => keptOf(entry, source);
    const key = keyOf({ type, value });
    const [before, after] = [of(stored.get(key)), of(now.get(key))];
    return { type, value, source: names.idOf(source), before, after };
  });
  await keepReplaced(tx, job, replaced);
}

function keptOf(entry: StoredEntry | undefined, source: string): KeptAssertion | null {
  const found = entry?.assertions.find((one) => one.source === source);
  if (found === undefined) return null;
  const { source: _, ...kept } = found;
  return kept;
}

function added(one: BulkCounts, other: BulkCounts): BulkCounts {
  return {
    changed: one.changed + other.changed,
    unchanged: one.unchanged + other.unchanged,
    refused: one.refused + other.refused,
  };
}

function seen({ changed, unchanged, refused }: BulkCounts): number {
  return changed + unchanged + refused;
}
