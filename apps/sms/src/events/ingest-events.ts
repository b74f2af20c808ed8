import type { Clock } from "@breakwater/platform";
import { nextRevision, transaction, withRetry } from "@breakwater/postgres";
import type { DetectionEvent, DeviceId, EntryType, EventBatch } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Db, Executor } from "../database.ts";
import {
  countEntries,
  countHours,
  type EntryCount,
  insertEvents,
  lockPosition,
  movePosition,
  type NewEvent,
  policyOf,
} from "./store.ts";
import { takeRecords } from "./take-records.ts";

const EVENT_COUNTER = "event";
const HOUR = 3_600_000;
const LATEST_TIME = Date.UTC(9999, 0);

export type IngestDeps = {
  db: Db;
  clock: Clock;
  /** Who asserts these entries now, by "type value". */
  sourcesOf: (
    db: Executor,
    keys: readonly { type: EntryType; value: string }[],
  ) => Promise<ReadonlyMap<string, readonly string[]>>;
  /** After commit. */
  onStored: () => void;
};

/**
 * Stores what is new of a batch and moves the device's position, in one transaction that is on disk
 * before the answer. Returns the next sequence number wanted.
 */
export async function ingestEvents(
  deps: IngestDeps,
  device: DeviceId,
  batch: EventBatch,
): Promise<number> {
  // Repeating it after a lost connection stores nothing twice.
  const { next, stored } = await withRetry(() => storeBatch(deps, device, batch));
  if (stored > 0) deps.onStored();
  return next;
}

function storeBatch(
  deps: IngestDeps,
  device: DeviceId,
  batch: EventBatch,
): Promise<{ next: number; stored: number }> {
  return transaction(deps.db, async (tx) => {
    await sql`set local synchronous_commit = on`.execute(tx);
    const { fresh, next } = takeRecords(batch.records, await lockPosition(tx, device, batch.epoch));
    if (fresh.length === 0) return { next, stored: 0 };
    const received = deps.clock.now();
    const records = fresh.map((one) => one.record);
    const sources = await deps.sourcesOf(tx, entriesOf(records));
    const policy = await policyOf(tx, device);
    await movePosition(tx, device, batch.epoch, next);
    // Last: from the counter on, other devices' batches wait for this commit.
    const lastId = await nextRevision(tx, EVENT_COUNTER, records.length);
    const firstId = lastId - records.length + 1;
    const events = records.map((record, at) => newEvent(record, firstId + at, sources, received));
    await insertEvents(tx, events, { device, received, policy });
    await countHours(tx, hourCounts(records, received));
    await countEntries(tx, entryCounts(records, received));
    return { next, stored: records.length };
  });
}

function entriesOf(records: readonly DetectionEvent[]) {
  return records.flatMap((record) => record.entry ?? []);
}

function newEvent(
  record: DetectionEvent,
  id: number,
  sources: ReadonlyMap<string, readonly string[]>,
  received: Date,
): NewEvent {
  const { entry } = record;
  const time = timeOf(record, received);
  return {
    id,
    time: new Date(time).toISOString(),
    kind: record.kind,
    verdict: record.verdict,
    src: record.src,
    dst: record.dst,
    words: wordsOf(record),
    sources: entry === undefined ? [] : (sources.get(`${entry.type} ${entry.value}`) ?? []),
    body: { ...record, time },
  };
}

/** A broken clock on a device must not stop its events: what is no date becomes the arrival. */
function timeOf({ time }: DetectionEvent, received: Date): number {
  return time >= 0 && time < LATEST_TIME ? time : received.getTime();
}

function wordsOf(record: DetectionEvent): string {
  const { name, host, request, sni, entry, fileSha256 } = record;
  return [name, host, request, sni, entry?.value, fileSha256]
    .filter((one) => one !== undefined)
    .join("\n")
    .toLowerCase();
}

function entryCounts(records: readonly DetectionEvent[], received: Date): EntryCount[] {
  const counts = new Map<string, EntryCount>();
  for (const record of records) {
    const { entry, count } = record;
    if (entry === undefined) continue;
    const { type, value } = entry;
    const last = new Date(timeOf(record, received)).toISOString();
    const day = last.slice(0, 10);
    const key = `${type} ${value} ${day}`;
    const known = counts.get(key);
    const events = (known?.events ?? 0) + count;
    const latest = known !== undefined && known.last > last ? known.last : last;
    counts.set(key, { type, value, day, events, last: latest });
  }
  return [...counts.values()];
}

function hourCounts(records: readonly DetectionEvent[], received: Date) {
  const counts = new Map<
    string,
    { hour: string; verdict: DetectionEvent["verdict"]; events: number }
  >();
  for (const record of records) {
    const { kind, verdict, count } = record;
    if (kind === "gap") continue;
    const hour = new Date(Math.floor(timeOf(record, received) / HOUR) * HOUR).toISOString();
    const known = counts.get(`${hour} ${verdict}`) ?? { hour, verdict, events: 0 };
    counts.set(`${hour} ${verdict}`, { ...known, events: known.events + count });
  }
  return [...counts.values()];
}
