import { feedObjectDigest, sumDigests } from "@breakwater/reputation-set";
import type { HubTx } from "../database.ts";
import { advanceFeed, type CountChange, changeCounts, removeRows, writeObjects } from "./store.ts";
import { isFeedType, type StoredObject, toFeedObjects } from "./stored-object.ts";

/** `before` is undefined when the object was not on the list. */
export type ObjectChange = { before: StoredObject | undefined; after: StoredObject };

/**
 * Last part of every transaction that changes the list: gives each change its revision, writes the
 * rows, and moves checksum and counts along. The rows must be locked, and so must the feed.
 */
export async function applyChanges(
  tx: HubTx,
  revision: number,
  changes: readonly ObjectChange[],
): Promise<void> {
  if (changes.length === 0) return;
  let last = revision;
  const numbered = changes.map(({ before, after }) => ({
    before,
    after: { ...after, revision: isFeedType(after.type) ? ++last : 0 },
  }));
  const gone = numbered.filter(({ after }) => after.deleted && after.revision === 0);
  const kept = numbered.filter(({ after }) => !after.deleted || after.revision > 0);
  await writeObjects(
    tx,
    kept.map(({ after }) => after),
  );
  if (gone.length > 0) {
    await removeRows(
      tx,
      gone.map(({ after }) => after),
    );
  }
  await changeCounts(tx, countChanges(numbered));
  await advanceFeed(tx, { revision: last, ...feedMove(numbered) });
}

function feedMove(changes: readonly ObjectChange[]): { checksum: bigint; count: number } {
  const of = (objects: (StoredObject | undefined)[]) =>
    objects.flatMap((one) =>
      one === undefined || one.deleted ? [] : toFeedObjects(one).map(feedObjectDigest),
    );
  const added = of(changes.map(({ after }) => after));
  const removed = of(changes.map(({ before }) => before));
  return { checksum: sumDigests(added, removed), count: added.length - removed.length };
}

function countChanges(changes: readonly ObjectChange[]): CountChange[] {
  const sums = new Map<string, CountChange>();
  const add = (object: StoredObject | undefined, by: number) => {
    if (object === undefined || object.deleted) return;
    const key = `${object.type} ${object.source}`;
    const sum = sums.get(key) ?? { type: object.type, source: object.source, change: 0 };
    sums.set(key, { ...sum, change: sum.change + by });
  };
  for (const { before, after } of changes) {
    add(before, -1);
    add(after, 1);
  }
  return [...sums.values()];
}
