import { type Entry, invalidField, type Query } from "@breakwater/protocol";
import type { Db } from "../../database.ts";
import { MOST_GATHERED, planSearch, type SearchContext, type SearchPlan } from "./plan-search.ts";
import { type PresentedEntry, presentEntries } from "./present-entries.ts";
import { countFrom, firstIdSince, gatherEntries, idBounds, walkEntries } from "./search-store.ts";
import type { EntryRow } from "./store.ts";

/** Where no index helps, a request looks no longer than this for more; its page may then be short. */
const WALK_MS = 150;
const FIRST_WINDOW = 20_000;
/** Of so many of the newest it is counted how many a query finds. */
const COUNTED_ROWS = 50_000;

export type Count = { value: number; exact: boolean };
export type EntryList = { items: Entry[]; nextCursor?: string; total: Count };
export type PageRequest = { cursor?: string | undefined; limit: number };

/** A page of what a query finds, newest first. */
export async function listEntries(
  db: Db,
  query: Query,
  context: SearchContext,
  page: PageRequest,
): Promise<EntryList> {
  const plan = planSearch(query, context);
  const before = cursorOf(page.cursor);
  if (plan.indexed.length > 0) {
    const list = await listGathered(db, plan, context, { before, limit: page.limit });
    if (list !== undefined) return list;
  }
  return listWalked(db, plan, context, { before, limit: page.limit });
}

type Page = { before: string | undefined; limit: number };

async function listGathered(
  db: Db,
  plan: SearchPlan,
  context: SearchContext,
  page: Page,
): Promise<EntryList | undefined> {
  const items: Entry[] = [];
  let { before } = page;
  for (;;) {
    const wanted = page.limit - items.length;
    const found = await gatherEntries(db, plan.indexed, plan.others, { before, limit: wanted + 1 });
    if (found === undefined) return undefined;
    const rows = found.rows.slice(0, wanted);
    items.push(...(await shownEntries(plan, context, rows)));
    const more = found.rows.length > wanted;
    before = rows.at(-1)?.id;
    if (more && items.length < page.limit) continue;
    const total = { value: plan.total ?? found.matches, exact: isExact(plan, context) };
    return { items, ...(more ? nextAfter(before) : {}), total };
  }
}

async function listWalked(
  db: Db,
  plan: SearchPlan,
  context: SearchContext,
  page: Page,
): Promise<EntryList> {
  const bounds = await idBounds(db);
  if (bounds === undefined || plan.total === 0) return nothing();
  const least = await floorOf(db, plan, bounds.least);
  const { items, next } = await walk(db, plan, context, page, { ...bounds, least });
  const total =
    next === undefined && page.before === undefined
      ? { value: items.length, exact: true }
      : await totalOf(db, plan, context, { ...bounds, least }, items.length);
  return { items, ...nextAfter(next), total };
}

function nothing(): EntryList {
  return { items: [], total: { value: 0, exact: true } };
}

async function floorOf(db: Db, plan: SearchPlan, least: number): Promise<number> {
  if (plan.addedSince === undefined) return least;
  return Math.max(least, await firstIdSince(db, plan.addedSince));
}

type Bounds = { least: number; greatest: number };

/** From the newest on, in windows that grow, until the page is full or the time is over. */
async function walk(
  db: Db,
  plan: SearchPlan,
  context: SearchContext,
  { before, limit }: Page,
  { least, greatest }: Bounds,
): Promise<{ items: Entry[]; next: string | undefined }> {
  const items: Entry[] = [];
  const end = performance.now() + WALK_MS;
  let below = before === undefined ? greatest + 1 : Math.min(Number(before), greatest + 1);
  let size = FIRST_WINDOW;
  while (below > least) {
    const from = Math.max(least, below - size);
    const wanted = limit - items.length;
    const rows = await walkEntries(db, plan.others, { from, below, limit: wanted + 1 });
    const kept = rows.slice(0, wanted);
    items.push(...(await shownEntries(plan, context, kept)));
    const more = rows.length > wanted;
    below = more ? Number(kept.at(-1)?.id ?? from) : from;
    if (items.length >= limit && (more || below > least)) return { items, next: String(below) };
    if (performance.now() > end && below > least) return { items, next: String(below) };
    if (!more) size *= 2;
  }
  return { items, next: undefined };
}

async function shownEntries(
  plan: SearchPlan,
  { fleet }: SearchContext,
  rows: readonly EntryRow[],
): Promise<Entry[]> {
  const presented = await presentEntries(fleet, rows);
  return presented.filter((one) => passes(plan, one)).map(({ entry }) => entry);
}

export function passes(plan: SearchPlan, presented: PresentedEntry): boolean {
  return plan.checks.every((check) => check(presented));
}

/** Whether conditions alone decide: exceptions and what devices report are looked at afterwards. */
export function isExact(plan: SearchPlan, { facts }: SearchContext): boolean {
  return plan.checks.length === 0 || (facts.lifted === undefined && !facts.anyReported);
}

async function totalOf(
  db: Db,
  plan: SearchPlan,
  context: SearchContext,
  { least, greatest }: Bounds,
  seen: number,
): Promise<Count> {
  if (plan.total !== undefined) return { value: plan.total, exact: isExact(plan, context) };
  const from = Math.max(least, greatest - COUNTED_ROWS);
  const counted = await countFrom(db, plan.others, from, MOST_GATHERED + 1);
  const value = Math.max(seen, Math.min(counted, MOST_GATHERED));
  return { value, exact: from === least && counted <= MOST_GATHERED && isExact(plan, context) };
}

function nextAfter(id: string | undefined): { nextCursor?: string } {
  return id === undefined ? {} : { nextCursor: id };
}

function cursorOf(cursor: string | undefined): string | undefined {
  if (cursor === undefined || /^\d{1,18}$/.test(cursor)) return cursor;
  throw invalidField("cursor", cursor, "it does not come from this list", "Start without it");
}
