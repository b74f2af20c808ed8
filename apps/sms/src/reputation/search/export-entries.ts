import type { ExportedEntry, Query } from "@breakwater/protocol";
import type { Db } from "../../database.ts";
import { passes } from "./list-entries.ts";
import { planSearch, type SearchContext } from "./plan-search.ts";
import { type PresentedEntry, presentEntries } from "./present-entries.ts";
import { firstIdSince, gatherEntries, idBounds, walkEntries } from "./search-store.ts";
import type { EntryRow } from "./store.ts";

const PAGE = 1000;
const WINDOW = 50_000;

/** Everything a query finds, newest first, one page in memory at a time. */
export async function* exportEntries(
  db: Db,
  query: Query,
  context: SearchContext,
): AsyncGenerator<ExportedEntry> {
  const plan = planSearch(query, context);
  for await (const rows of pagesOf(db, plan)) {
    for (const presented of await presentEntries(context.fleet, rows)) {
      if (passes(plan, presented)) yield exported(presented);
    }
  }
}

/** Pages of the entries that a plan's conditions hold for. */
export async function* pagesOf(
  db: Db,
  plan: ReturnType<typeof planSearch>,
): AsyncGenerator<EntryRow[]> {
  if (plan.indexed.length > 0) {
    const first = await gatherEntries(db, plan.indexed, plan.others, {
      before: undefined,
      limit: PAGE,
    });
    if (first !== undefined) return yield* gatheredPages(db, plan, first.rows);
  }
  yield* walkedPages(db, plan);
}

async function* gatheredPages(
  db: Db,
  plan: ReturnType<typeof planSearch>,
  first: EntryRow[],
): AsyncGenerator<EntryRow[]> {
  let rows: EntryRow[] = first;
  for (;;) {
    yield rows;
    const before = rows.at(-1)?.id;
    if (rows.length < PAGE || before === undefined) return;
    const next = await gatherEntries(db, plan.indexed, plan.others, { before, limit: PAGE });
    if (next === undefined) return yield* walkedPages(db, plan, Number(before));
    rows = next.rows;
  }
}

async function* walkedPages(
  db: Db,
  plan: ReturnType<typeof planSearch>,
  before?: number,
): AsyncGenerator<EntryRow[]> {
  const bounds = await idBounds(db);
  if (bounds === undefined) return;
  const since = plan.addedSince === undefined ? 0 : await firstIdSince(db, plan.addedSince);
  const least = Math.max(bounds.least, since);
  let below = before ?? bounds.greatest + 1;
  while (below > least) {
    const from = Math.max(least, below - WINDOW);
    const rows = await walkEntries(db, plan.others, { from, below, limit: PAGE });
    if (rows.length > 0) yield rows;
    below = rows.length < PAGE ? from : Number(rows.at(-1)?.id ?? from);
  }
}

function exported({ entry }: PresentedEntry): ExportedEntry {
  return {
    type: entry.type,
    value: entry.value,
    severity: entry.severity,
    scanAction: entry.scanAction,
    sources: entry.sources.join("; "),
    state: entry.enforcement.state,
    profile: entry.filter?.profile ?? null,
    filter: entry.filter?.name ?? null,
    added: entry.created,
    lastModified: entry.lastModified,
    expires: entry.expires,
    tags: JSON.stringify(entry.tags),
  };
}
