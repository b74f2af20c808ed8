import { nextRevision, transaction } from "@breakwater/postgres";
import {
  type FeedChange,
  type FeedObject,
  type FeedPosition,
  SetChecksum,
} from "@breakwater/protocol";
import {
  EMPTY_CHECKSUM,
  feedObjectDigest,
  sumDigests,
  toFeedChecksum,
} from "@breakwater/reputation-set";
import { jsonText, type Tx } from "../database.ts";
import {
  applyEdits,
  type EntryEdit,
  type EntryKey,
  keyOf,
  MOST_EDITS,
  REPUTATION_COUNTER,
  type ReputationDeps,
} from "../reputation/index.ts";
import { assertionOf, entryKeyOf } from "./object-entry.ts";
import {
  allDigests,
  clearStaged,
  countStaged,
  deleteObjects,
  entriesInUse,
  knownObjects,
  loadFeed,
  type NewObject,
  notStaged,
  type ObjectKey,
  objectKey,
  saveFeed,
  stagedDifferent,
  stageObjects,
  upsertObjects,
} from "./store.ts";
import { revisionOf } from "./sync-step.ts";

export type ObjectDeps = ReputationDeps & { source: string };

/** Applies changes of the feed in their order; returns where the objects here stand afterwards. */
export async function applyFeedChanges(
  deps: ObjectDeps,
  changes: readonly FeedChange[],
  reached: { epoch: string; revision: number },
): Promise<FeedPosition> {
  for (let from = 0; from < changes.length; from += MOST_EDITS) {
    const part = changes.slice(from, from + MOST_EDITS);
    const isLast = from + MOST_EDITS >= changes.length;
    const last = part.at(-1);
    const revision = isLast || last === undefined ? reached.revision : revisionOf(last);
    await applyPart(deps, part, { epoch: reached.epoch, revision });
  }
  if (changes.length === 0) await applyPart(deps, [], reached);
  return standing(deps);
}

export async function stagePage(
  { db }: ObjectDeps,
  items: readonly FeedObject[],
  first: boolean,
): Promise<void> {
  if (first) await clearStaged(db);
  await stageObjects(db, items.map(staged));
}

/** With the digest of what will be stored, or the sweep would never find the two equal. */
function staged(item: FeedObject) {
  const object = JSON.parse(jsonText(item)) as FeedObject;
  const digest = feedObjectDigest(object).toString(16);
  return { type: object.type, value: object.value, digest, object };
}

/**
 * Makes the objects here equal to the staged list. Deletes only now, when all pages are here.
 * Interrupted, it starts over with the next full fetch.
 */
export async function sweepObjects(
  deps: ObjectDeps,
  position: FeedPosition,
): Promise<FeedPosition> {
  // The table is lost by a crash of the database; an empty one must not delete everything.
  if (position.count > 0 && (await countStaged(deps.db)) === 0) {
    throw new Error("the fetched list is gone; it is fetched again");
  }
  const before = await loadFeed(deps.db);
  const keep = {
    epoch: before?.position?.epoch ?? null,
    revision: before?.position?.revision ?? 0,
  };
  await inParts(
    (last) => stagedDifferent(deps.db, last, MOST_EDITS),
    (objects) =>
      applyPart(
        deps,
        objects.map((object) => ({ change: "set", object })),
        keep,
      ),
  );
  const { revision } = position;
  await inParts(
    (last) => notStaged(deps.db, last, MOST_EDITS),
    (keys) =>
      applyPart(
        deps,
        keys.map((key) => ({ change: "deleted", ...key, revision })),
        keep,
      ),
  );
  await recount(deps, position);
  await clearStaged(deps.db);
  return standing(deps);
}

async function inParts<T extends ObjectKey>(
  read: (last: ObjectKey | undefined) => Promise<T[]>,
  apply: (part: T[]) => Promise<void>,
): Promise<void> {
  for (let part = await read(undefined); part.length > 0; part = await read(part.at(-1))) {
    await apply(part);
  }
}

/** The checksum anew from every object: a full fetch heals that too. */
async function recount({ db, source }: ObjectDeps, position: FeedPosition): Promise<void> {
  let sum = 0n;
  let count = 0;
  for await (const digests of allDigests(db)) {
    sum += sumDigests(digests.map(fromHex));
    count += digests.length;
  }
  const { epoch, revision } = position;
  await saveFeed(db, { source, epoch, revision, checksum: toFeedChecksum(sum), count });
}

async function standing({ db }: ObjectDeps): Promise<FeedPosition> {
  const position = (await loadFeed(db))?.position;
  if (position == null) throw new Error("the feed has no position although changes were applied");
  return position;
}

/** One transaction: objects, entries, sets, and where the feed stands. */
async function applyPart(
  deps: ObjectDeps,
  changes: readonly FeedChange[],
  reached: { epoch: string | null; revision: number },
): Promise<void> {
  const change = await transaction(deps.db, async (tx) => {
    const revision = await nextRevision(tx, REPUTATION_COUNTER);
    const latest = latestChanges(changes);
    const moved = await replaceObjects(tx, latest, deps.clock.now().getTime(), deps.source);
    const applied = await applyEdits(tx, deps, moved.edits, revision);
    const feed = await loadFeed(tx);
    const sum = numberOf(feed?.position?.checksum ?? EMPTY_CHECKSUM) + moved.added - moved.removed;
    await saveFeed(tx, {
      source: deps.source,
      ...reached,
      checksum: toFeedChecksum(BigInt.asUintN(128, sum)),
      count: (feed?.position?.count ?? 0) + moved.countChange,
    });
    return applied.change;
  });
  deps.onChange(change);
}

type Moved = { edits: EntryEdit[]; added: bigint; removed: bigint; countChange: number };

async function replaceObjects(
  tx: Tx,
  changes: readonly FeedChange[],
  now: number,
  source: string,
): Promise<Moved> {
  const keys = changes.map(keyOfChange);
  const known = await knownObjects(tx, keys);
  const upserts: NewObject[] = [];
  const edits = new Map<string, EntryEdit>();
  const left: EntryKey[] = [];
  for (const change of changes) {
    const before = known.get(objectKey(keyOfChange(change)));
    if (before?.entry_type != null && before.entry_value !== null) {
      left.push({ type: before.entry_type, value: before.entry_value });
    }
    if (change.change === "deleted") continue;
    const { object } = change;
    const entry = entryKeyOf(object.type, object.value);
    upserts.push(
      newObject(object, entry.ok ? entry.value : null, entry.ok ? null : entry.error.reason),
    );
    if (!entry.ok) continue;
    edits.set(keyOf(entry.value), { ...entry.value, source, assertion: assertionOf(object, now) });
  }
  await deleteObjects(tx, changes.filter((one) => one.change === "deleted").map(keyOfChange));
  await upsertObjects(tx, upserts);
  const inUse = await entriesInUse(tx, left);
  for (const key of left) {
    // Several spellings on the hub may be one entry here: it stays until the last is gone.
    if (!inUse.has(keyOf(key)) && !edits.has(keyOf(key))) {
      edits.set(keyOf(key), { ...key, source, assertion: null });
    }
  }
  return {
    edits: [...edits.values()],
    added: sumDigests(upserts.map((one) => fromHex(one.digest))),
    removed: sumDigests([...known.values()].map((one) => fromHex(one.digest))),
    countChange: upserts.length - known.size,
  };
}

function newObject(object: FeedObject, entry: EntryKey | null, refusal: string | null): NewObject {
  return {
    type: object.type,
    value: object.value,
    digest: feedObjectDigest(object).toString(16),
    revision: object.revision,
    entry_type: entry?.type ?? null,
    entry_value: entry?.value ?? null,
    refusal,
  };
}

/** The last word on each object. */
function latestChanges(changes: readonly FeedChange[]): FeedChange[] {
  return [...new Map(changes.map((one) => [objectKey(keyOfChange(one)), one])).values()];
}

function keyOfChange(change: FeedChange): ObjectKey {
  const { type, value } = change.change === "set" ? change.object : change;
  return { type, value };
}

function fromHex(digest: string): bigint {
  return BigInt(`0x${digest}`);
}

function numberOf(checksum: string): bigint {
  return BigInt(`0x${SetChecksum.parse(checksum)}`);
}
