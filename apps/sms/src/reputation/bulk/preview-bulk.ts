import { type BulkAction, type BulkPreview, type BulkRequest } from "@breakwater/protocol";
import { planChanges, type StoredEntry } from "../entries/change-plan.ts";
import { sourceKinds, sourceNames } from "../entries/source-names.ts";
import { loadEntries } from "../entries/store.ts";
import { bulkEdits } from "./bulk-edits.ts";
import type { BulkJobDeps } from "./bulk-job.ts";
import type { BulkTarget } from "./bulk-params.ts";
import { MOST_LOOKED, targetPage } from "./bulk-target.ts";
import { checkAction } from "./check-action.ts";

const EXAMPLES = 10;

/** What a change would do, in bounded time. Throws InvalidRequest for what makes no sense. */
export async function previewBulk(
  deps: BulkJobDeps,
  { q, ids, action }: BulkRequest,
): Promise<BulkPreview> {
  const { db, clock } = deps;
  const asked = clock.now().getTime();
  const checked = await checkAction(db, action, asked);
  const target: BulkTarget = ids === undefined ? { q: q ?? "" } : { ids };
  const page = await targetPage(deps, target, { limit: MOST_LOOKED, asked });
  const stored = await loadEntries(db, page.entries, await sourceNames(db));
  const effects = await effectsOf(deps, checked, stored, asked);
  return { matches: page.total, looked: page.entries.length, ...effects };
}

type Effects = Pick<BulkPreview, "changes" | "unchanged" | "refused" | "examples">;

async function effectsOf(
  deps: BulkJobDeps,
  action: BulkAction,
  stored: ReadonlyMap<string, StoredEntry>,
  now: number,
): Promise<Effects> {
  const kinds = await sourceKinds(deps.db);
  const guard = await deps.guard(deps.db);
  const context = {
    kindOf: (source: string) => kinds.get(source),
    release: { by: "", at: now },
  };
  const reasons = new Map<string, number>();
  const examples: string[] = [];
  let changes = 0;
  let unchanged = 0;
  for (const entry of stored.values()) {
    const { edits, refused } = bulkEdits(action, entry, context);
    if (refused !== undefined) {
      reasons.set(refused, (reasons.get(refused) ?? 0) + 1);
    } else if (planChanges(edits, stored, { now, guard }).changes.length === 0) {
      unchanged += 1;
    } else {
      changes += 1;
      if (examples.length < EXAMPLES) examples.push(entry.value);
    }
  }
  const refused = [...reasons].map(([reason, count]) => ({ reason, count }));
  return { changes, unchanged, refused, examples };
}
