import { nextRevision, transaction } from "@breakwater/postgres";
import { z } from "zod";
import { defineJobKind, type JobKind, type JobRun } from "../jobs/index.ts";
import {
  applyEdits,
  type EntryEdit,
  entriesAfter,
  type Guard,
  REPUTATION_COUNTER,
  type ReputationDeps,
  type StoredEntry,
} from "../reputation/index.ts";

/** The settings that are reviewed for; later ones have a job of their own. */
const ReviewParams = z.object({ revision: z.number().int() });
export type ReviewParams = z.infer<typeof ReviewParams>;

const Checkpoint = z.object({
  after: z.string(),
  seen: z.number().int(),
  changed: z.number().int(),
});
type Checkpoint = z.infer<typeof Checkpoint>;

const PAGE = 2000;

/** Puts every stored entry to the safeguards as they are now: some are held from then on, some are free. */
export function reviewJob(deps: ReputationDeps): JobKind<ReviewParams> {
  return defineJobKind({
    kind: "safeguards-review",
    permission: "safeguards:write",
    params: ReviewParams,
    checkpoint: Checkpoint,
    result: z.object({ seen: z.number().int(), changed: z.number().int() }),
    unit: "entries",
    title: () => "Put all entries to the changed safeguards",
    key: ({ revision }) => String(revision),
    run: async (run) => {
      let at = run.checkpoint ?? { after: "0", seen: 0, changed: 0 };
      for (let next = await reviewPage(deps, run, at); next !== undefined; ) {
        at = next;
        next = await reviewPage(deps, run, at);
      }
      return { seen: at.seen, changed: at.changed };
    },
  });
}

/** Undefined behind the last page. */
async function reviewPage(
  deps: ReputationDeps,
  run: JobRun<ReviewParams, Checkpoint>,
  at: Checkpoint,
): Promise<Checkpoint | undefined> {
  run.signal.throwIfAborted();
  const done = await transaction(deps.db, async (tx) => {
    const revision = await nextRevision(tx, REPUTATION_COUNTER);
    const entries = await entriesAfter(tx, at.after, PAGE);
    const last = entries.at(-1);
    if (last === undefined) return undefined;
    const guard = await deps.guard(tx);
    const edits = entries.flatMap((entry) => again(entry, guard));
    const { change, result } = await applyEdits(tx, deps, edits, revision);
    const changed = result.outcomes.filter((outcome) => outcome !== "unchanged").length;
    const next = {
      after: last.id,
      seen: at.seen + entries.length,
      changed: at.changed + changed,
    };
    await run.saveCheckpoint(tx, next);
    return { next, change };
  });
  if (done === undefined) return undefined;
  deps.onChange(done.change);
  run.progress(done.next.seen);
  return done.next;
}

/** What was not let through by somebody, and is held for another reason than it would be now. */
function again({ type, value, assertions }: StoredEntry, guard: Guard): EntryEdit[] {
  const code = guard({ type, value })?.code;
  return assertions
    .filter(({ held, released }) => released === null && held?.code !== code)
    .map(({ source, ...assertion }) => ({ type, value, source, assertion }));
}
