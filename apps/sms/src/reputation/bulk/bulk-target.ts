import type { Db } from "../../database.ts";
import type { EntryKey } from "../entries/entry-state.ts";
import { listEntries } from "../search/list-entries.ts";
import type { FleetView } from "../search/present-entries.ts";
import { readQuery } from "../search/read-query.ts";
import { searchContext } from "../search/search-context.ts";
import { entriesOf } from "../search/search-store.ts";
import type { BulkTarget } from "./bulk-params.ts";

/** So many of the newest matches are looked at before a change is started. */
export const MOST_LOOKED = 1000;

export type TargetDeps = { db: Db; fleet: () => Promise<FleetView> };

export type TargetPage = {
  entries: EntryKey[];
  /** Absent: it is the last page. */
  next?: string;
  total: { value: number; exact: boolean };
};

/** A page of the entries a change is about, newest first; it may be short. `asked` in ms. */
export async function targetPage(
  { db, fleet }: TargetDeps,
  target: BulkTarget,
  page: { cursor?: string; limit: number; asked: number },
): Promise<TargetPage> {
  if ("ids" in target) {
    const entries = (await entriesOf(db, [...new Set(target.ids)])).map(keyOf);
    return { entries, total: { value: entries.length, exact: true } };
  }
  const { asked, ...request } = page;
  const query = readQuery(target.q);
  const context = await searchContext(db, await fleet(), query, asked);
  const { items, nextCursor, total } = await listEntries(db, query, context, request);
  const next = nextCursor === undefined ? {} : { next: nextCursor };
  return { entries: items.map(keyOf), ...next, total };
}

function keyOf({ type, value }: EntryKey): EntryKey {
  return { type, value };
}
