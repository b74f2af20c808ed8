import type { Clock } from "@breakwater/platform";
import { notify, transaction, withRetry } from "@breakwater/postgres";
import type { ObjectSource } from "@breakwater/protocol";
import { FEED_CHANNEL, type HubDb, type HubTx } from "../database.ts";
import { applyChanges, type ObjectChange } from "./apply-changes.ts";
import {
  type CountRow,
  claimKeys,
  lockFeed,
  lockObjects,
  readCounts,
  removeRows,
} from "./store.ts";
import { type Assertion, keyText, type StoredObject, type StoredType } from "./stored-object.ts";

/** Most live objects of one type, by who put them there. */
export type ObjectLimits = Readonly<Record<ObjectSource, number>>;

export type ObjectWriter = {
  db: HubDb;
  clock: Clock;
  limits: ObjectLimits;
  /** Called after every commit that changed the list. */
  onChange: () => void;
};

export type SaveOutcome =
  | { kind: "added" | "changed" }
  | { kind: "rejected"; reason: string; remedy: string };

/** Runs last in the same transaction, with the objects that changed (audit). */
export type Alongside = (tx: HubTx, changed: StoredObject[]) => Promise<void>;

/** Adds or overwrites objects in one transaction; one outcome per assertion, in order. */
export async function saveObjects(
  writer: ObjectWriter,
  assertions: readonly Assertion[],
  alongside: Alongside = async () => undefined,
): Promise<SaveOutcome[]> {
  if (assertions.length === 0) return [];
  const now = writer.clock.now();
  const outcomes = await withRetry(() =>
    transaction(writer.db, async (tx) => {
      const locked = await claimAndLock(tx, assertions, now);
      const { revision } = await lockFeed(tx);
      const plan = planSave(assertions, locked, await readCounts(tx), writer.limits, now);
      await applyChanges(tx, revision, plan.changes);
      if (plan.unused.length > 0) await removeRows(tx, plan.unused);
      if (plan.changes.length > 0) await notify(tx, FEED_CHANNEL);
      await alongside(
        tx,
        plan.changes.map(({ after }) => after),
      );
      return plan.outcomes;
    }),
  );
  writer.onChange();
  return outcomes;
}

/** Rows for all keys, locked. A row may vanish between claim and lock (purge): then once more. */
async function claimAndLock(
  tx: HubTx,
  assertions: readonly Assertion[],
  now: Date,
): Promise<StoredObject[]> {
  const keys = new Map(
    assertions.map((one) => [keyText(one), { type: one.type, value: one.value }]),
  );
  for (;;) {
    await claimKeys(tx, [...keys.values()], now);
    const locked = await lockObjects(tx, [...keys.values()]);
    if (locked.length === keys.size) return locked;
  }
}

type SavePlan = { outcomes: SaveOutcome[]; changes: ObjectChange[]; unused: StoredObject[] };

function planSave(
  assertions: readonly Assertion[],
  locked: readonly StoredObject[],
  counts: readonly CountRow[],
  limits: ObjectLimits,
  now: Date,
): SavePlan {
  const before = new Map(locked.map((object) => [keyText(object), object]));
  const room = roomFor(counts, limits);
  const after = new Map<string, StoredObject>();
  const outcomes = assertions.map((assertion): SaveOutcome => {
    const key = keyText(assertion);
    const current = after.get(key) ?? before.get(key);
    const live = current === undefined || current.deleted ? undefined : current;
    if (live?.source !== assertion.source && !room.take(assertion)) return full(assertion, limits);
    if (live !== undefined && live.source !== assertion.source) room.giveBack(live);
    after.set(key, { ...assertion, lastModified: now, revision: 0, deleted: false });
    return { kind: live === undefined ? "added" : "changed" };
  });
  return {
    outcomes,
    changes: [...after].map(([key, object]) => ({
      before: liveOf(before.get(key)),
      after: object,
    })),
    // Claimed for this save only, and refused: nothing to remember.
    unused: locked.filter((object) => !after.has(keyText(object)) && isFresh(object)),
  };
}

function liveOf(object: StoredObject | undefined): StoredObject | undefined {
  return object === undefined || object.deleted ? undefined : object;
}

function isFresh(object: StoredObject): boolean {
  return object.deleted && object.revision === 0;
}

type Slot = { type: StoredType; source: ObjectSource };

/** Eviction of the objects nearest to expiry belongs here when it comes. */
function roomFor(counts: readonly CountRow[], limits: ObjectLimits) {
  const used = new Map(counts.map(({ type, source, count }) => [`${type} ${source}`, count]));
  const usedOf = ({ type, source }: Slot) => used.get(`${type} ${source}`) ?? 0;
  const move = (slot: Slot, by: number) =>
    used.set(`${slot.type} ${slot.source}`, usedOf(slot) + by);
  return {
    take(slot: Slot): boolean {
      if (usedOf(slot) >= limits[slot.source]) return false;
      move(slot, 1);
      return true;
    },
    giveBack: (slot: Slot) => move(slot, -1),
  };
}

function full(assertion: Assertion, limits: ObjectLimits): SaveOutcome {
  const limit = limits[assertion.source];
  return {
    kind: "rejected",
    reason: `The list already holds ${limit} objects of type ${assertion.type}, the most it may.`,
    remedy: "Delete objects that are no longer needed, or let them expire.",
  };
}
