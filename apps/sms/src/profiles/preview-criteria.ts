import { transaction } from "@breakwater/postgres";
import type { Criteria, EntryType, FilterPreview, ReputationFilter } from "@breakwater/protocol";
import type { Db } from "../database.ts";
import { takesSql } from "../reputation/index.ts";
import { countTaken, someTaken, tablePages, takenAndSeen } from "./preview-store.ts";

const EXAMPLES = 10;
const SEEN_DAYS = 7;
const DAY = 86_400_000;
const ALL_TYPES = { ipv4: true, ipv6: true, dns: true, url: true, fileHash: true };
/** A person waits for the answer while typing. */
const BUDGET_MS = 300;
/** About 20,000 entries, which take some 30 ms. */
const PAGES_AT_ONCE = 1_000;

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
  const { types = ALL_TYPES } = request;
  const takes = takesSql({ ...request, types, state: "enabled", locked: false });
  // In one view of the table, as a changed entry moves within it.
  return transaction(
    db,
    async (tx) => {
      const since = new Date(now.getTime() - (SEEN_DAYS - 1) * DAY);
      const seen = await takenAndSeen(tx, takes, since);
      return { ...(await countAll(tx, takes)), seen: { ...seen, days: SEEN_DAYS } };
    },
    { isolation: "repeatable read" },
  );
}

/** Part by part of the table, until the time is up. */
async function countAll(
  tx: Parameters<typeof countTaken>[0],
  takes: ReturnType<typeof takesSql>,
): Promise<Counted> {
  const end = performance.now() + BUDGET_MS;
  const pages = await tablePages(tx);
  const counts = new Map<EntryType, number>();
  const examples: FilterPreview["examples"] = [];
  let from = 0;
  do {
    const part = { from, to: from + PAGES_AT_ONCE };
    const counted = await countTaken(tx, takes, part);
    for (const { type, count } of counted) counts.set(type, (counts.get(type) ?? 0) + count);
    const wanted = EXAMPLES - examples.length;
    if (counted.length > 0 && wanted > 0) {
      examples.push(...(await someTaken(tx, takes, part, wanted)));
    }
    from = part.to;
  } while (from < pages && performance.now() < end);
  const byType = [...counts].map(([type, count]) => ({ type, count }));
  const value = byType.reduce((sum, { count }) => sum + count, 0);
  return { matches: { value, exact: from >= pages }, byType, examples };
}
