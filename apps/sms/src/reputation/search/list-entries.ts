import { type Entry, type EntryState, invalidField } from "@breakwater/protocol";
import type { Executor } from "../../database.ts";
import { type FleetView, presentEntries } from "./present-entries.ts";
import { countEntries, type EntryQuery, type EntryRow, searchEntries } from "./store.ts";

const MOST_COUNTED = 10_000;
/** With a state filter this many entries are looked at per request; the page may then be short. */
const MOST_SCANNED = 5_000;
const SCAN_STEP = 500;

export type EntryList = {
  items: Entry[];
  nextCursor?: string;
  total: { value: number; exact: boolean };
};

export type ListRequest = EntryQuery & {
  state?: EntryState | undefined;
  cursor?: string | undefined;
  limit: number;
};

/** A page of entries, newest first. */
export async function listEntries(
  db: Executor,
  fleet: FleetView,
  request: ListRequest,
): Promise<EntryList> {
  const { state, cursor, limit, ...filter } = request;
  const before = cursorOf(cursor);
  const query = narrowed(filter);
  if (state === undefined) {
    const rows = await searchEntries(db, query, before, limit + 1);
    const page = rows.slice(0, limit);
    const items = (await presentEntries(db, fleet, page)).map(({ entry }) => entry);
    return { items, ...next(rows.length > limit, page), total: await totalOf(db, query) };
  }
  return scanForState(db, fleet, { query, state, before, limit });
}

type Scan = { query: EntryQuery; state: EntryState; before: string | undefined; limit: number };

/** The state depends on what devices have acknowledged, so it is computed row by row. */
async function scanForState(db: Executor, fleet: FleetView, scan: Scan): Promise<EntryList> {
  const items: Entry[] = [];
  let before = scan.before;
  for (let scanned = 0; scanned < MOST_SCANNED; scanned += SCAN_STEP) {
    const rows = await searchEntries(db, scan.query, before, SCAN_STEP);
    for (const { entry } of await presentEntries(db, fleet, rows)) {
      if (entry.enforcement.state !== scan.state) continue;
      if (items.length === scan.limit)
        return { items, ...nextAfter(items.at(-1)?.id), total: some(items) };
      items.push(entry);
    }
    before = rows.at(-1)?.id;
    if (rows.length < SCAN_STEP)
      return { items, total: { value: items.length, exact: scan.before === undefined } };
  }
  return { items, ...nextAfter(before), total: some(items) };
}

function narrowed(filter: EntryQuery): EntryQuery {
  const { q } = filter;
  if (q !== undefined && q.trim() === "") {
    const { q: _, ...rest } = filter;
    return rest;
  }
  return filter;
}

async function totalOf(db: Executor, query: EntryQuery): Promise<EntryList["total"]> {
  const counted = await countEntries(db, query, MOST_COUNTED + 1);
  return { value: Math.min(counted, MOST_COUNTED), exact: counted <= MOST_COUNTED };
}

function some(items: readonly Entry[]): EntryList["total"] {
  return { value: items.length, exact: false };
}

function next(more: boolean, page: readonly EntryRow[]): { nextCursor?: string } {
  return more ? nextAfter(page.at(-1)?.id) : {};
}

function nextAfter(id: string | undefined): { nextCursor?: string } {
  return id === undefined ? {} : { nextCursor: id };
}

function cursorOf(cursor: string | undefined): string | undefined {
  if (cursor === undefined || /^\d{1,18}$/.test(cursor)) return cursor;
  throw invalidField("cursor", cursor, "it does not come from this list", "Start without it");
}
