import { transaction } from "@breakwater/postgres";
import type { DistributionTargetId } from "@breakwater/protocol";
import type { HubDb, HubTx } from "../database.ts";
import { isFeedType, readChanges, type StoredObject } from "../suspicious-objects/index.ts";
import { meetsCriteria } from "./criteria.ts";
import { applyWish, type SentObject, type Wish } from "./sent-object.ts";
import { lockForgotten, lockSent, removeSent, writeSent } from "./sent-store.ts";
import { lockTarget, moveCursor, type TargetRow } from "./target-store.ts";

/** Changes taken into the books at a time. */
const PAGE = 1000;

/**
 * Takes the next changes of the list into the target's books and moves its cursor, in one
 * transaction. Answers undefined when the target is gone or disabled.
 */
export async function planDelivery(
  db: HubDb,
  id: DistributionTargetId,
  now: Date,
): Promise<{ target: TargetRow; more: boolean } | undefined> {
  return transaction(db, async (tx) => {
    const target = await lockTarget(tx, id);
    if (target === undefined || !target.enabled) return undefined;
    // One's own order of locks: target, then its rows; the list itself is only read.
    const from = await startOf(tx, target);
    const { state, objects } = await readChanges(tx, from.cursor, PAGE);
    const wishes = objects.flatMap((object) => wishFor(target, object));
    const isSwept = await sweep(tx, target, from, state.purgedRevision, now);
    await takeIn(tx, id, wishes, now);
    const isPageFull = objects.length === PAGE;
    await moveCursor(tx, id, {
      feedEpoch: state.epoch,
      cursor: isPageFull ? (objects.at(-1)?.revision ?? state.revision) : state.revision,
      sweptRevision: isSwept ? state.purgedRevision : from.sweptRevision,
    });
    return { target, more: isPageFull || !isSwept };
  });
}

type Start = { cursor: number; sweptRevision: number };

/** Revisions of another epoch mean nothing: then from the beginning. */
async function startOf(tx: HubTx, target: TargetRow): Promise<Start> {
  const { state } = await readChanges(tx, target.cursor, 0);
  if (target.feedEpoch === state.epoch) return target;
  return { cursor: 0, sweptRevision: -1 };
}

/** Deletions that were forgotten before this target heard of them. True: none is left. */
async function sweep(
  tx: HubTx,
  { id }: TargetRow,
  { cursor, sweptRevision }: Start,
  purgedRevision: number,
  now: Date,
): Promise<boolean> {
  if (sweptRevision >= purgedRevision || cursor >= purgedRevision) return true;
  const forgotten = await lockForgotten(tx, id, PAGE);
  await takeIn(
    tx,
    id,
    forgotten.map((object) => ({ ...object, wanted: false })),
    now,
  );
  return forgotten.length < PAGE;
}

function wishFor(target: TargetRow, object: StoredObject): Wish[] {
  const { type, value, riskLevel, deleted } = object;
  if (!isFeedType(type)) return [];
  const wanted = !deleted && meetsCriteria(target, { type, value, riskLevel });
  return [{ type, value, riskLevel, expires: object.expires?.getTime() ?? null, wanted }];
}

async function takeIn(
  tx: HubTx,
  id: DistributionTargetId,
  wishes: readonly Wish[],
  now: Date,
): Promise<void> {
  const known = await lockSent(tx, id, wishes);
  const before = new Map(known.map((object) => [keyOf(object), object]));
  const written: SentObject[] = [];
  const removed: SentObject[] = [];
  for (const wish of wishes) {
    const object = before.get(keyOf(wish));
    const after = applyWish(object, wish, now.getTime());
    if (after === "same") continue;
    if (after !== "nothing") written.push(after);
    else if (object !== undefined) removed.push(object);
  }
  await writeSent(tx, id, written);
  await removeSent(tx, id, removed);
}

function keyOf({ type, value }: Pick<Wish, "type" | "value">): string {
  return `${type} ${value}`;
}
