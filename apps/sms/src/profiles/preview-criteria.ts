import { transaction } from "@breakwater/postgres";
import type { Criteria, EntryType, FilterPreview, ReputationFilter } from "@breakwater/protocol";
import type { Db } from "../database.ts";
import { takesSql } from "../reputation/index.ts";
import { countTaken, someTaken, tablePages, takenAndSeen } from "./preview-store.ts";

const EXAMPLES = 10;
const SEEN_DAYS = 7;
const DAY = 86_400_000;
const ALL_TYPES = { ipv4: true, ipv6: true, dns: true, url: true, fileHash: true };
/** A person waits for the answer while typing; the last part may take its time beyond this. */
const BUDGET_MS = 250;
/** Parts of the table grow while they are this quick, and shrink when they are slower. */
const PART_MS = 30;
const FIRST_PAGES = 200;

export type PreviewRequest = {
  criteria: Criteria;
  untaggedEntries: boolean;
  taggedEntries: boolean;
  types?: ReputationFilter["types"] | undefined;
};

type Counted = Pick<FilterPreview, "matches" | "byType" | "examples">;

/** What a filter would take of all entries, whatever filters come before it. */
export async function previewCriteria(
  db: Db,
  request: PreviewRequest,
  now: Date,
): Promise<FilterPreview> {
  const end = performance.now() + BUDGET_MS;
  const { types = ALL_TYPES } = request;
  const takes = takesSql({ ...request, types, state: "enabled", locked: false });
  // In one view of the table, as a changed entry moves within it.
  return transaction(
    db,
    async (tx) => {
      const since = new Date(now.getTime() - (SEEN_DAYS - 1) * DAY);
      const seen = await takenAndSeen(tx, takes, since);
      return { ...(await countUntil(end, tx, takes)), seen: { ...seen, days: SEEN_DAYS } };
    },
    { isolation: "repeatable read" },
  );
}

/** Part by part of the table, until the time is up. */
async function countUntil(
  end: number,
  tx: Parameters<typeof countTaken>[0],
  takes: ReturnType<typeof takesSql>,
): Promise<Counted> {
  const pages = await tablePages(tx);
  const counts = new Map<EntryType, number>();
  const examples: FilterPreview["examples"] = [];
  let from = 0;
  let size = FIRST_PAGES;
  do {
    const started = performance.now();
    const part = { from, to: from + size };
    const counted = await countTaken(tx, takes, part);
    for (const { type, count } of counted) counts.set(type, (counts.get(type) ?? 0) + count);
    const wanted = EXAMPLES - examples.length;
    if (counted.length > 0 && wanted > 0) {
      examples.push(...(await someTaken(tx, takes, part, wanted)));
    }
    from = part.to;
    size = performance.now() - started < PART_MS ? size * 2 : Math.ceil(size / 2);
  } while (from < pages && performance.now() < end);
  const byType = [...counts].map(([type, count]) => ({ type, count }));
  const value = byType.reduce((sum, { count }) => sum + count, 0);
  return { matches: { value, exact: from >= pages }, byType, examples };
}
