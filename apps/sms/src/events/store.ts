import type { DetectionEvent, DeviceId, Epoch, StoredEvent, Verdict } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, iso, jsonText, likeLiteral } from "../database.ts";
import { deviceName } from "../devices/index.ts";

/** Next position wanted of a device's stream; later batches of it wait until commit. */
export async function lockPosition(db: Executor, device: DeviceId, epoch: Epoch): Promise<number> {
  await sql`
    insert into event_position (device, epoch, next) values (${device}, ${epoch}, 0)
    on conflict do nothing`.execute(db);
  const { rows } = await sql<{ next: number }>`
    select next from event_position where device = ${device} and epoch = ${epoch} for update`.execute(
    db,
  );
  return rows[0]?.next ?? 0;
}

export async function movePosition(
  db: Executor,
  device: DeviceId,
  epoch: Epoch,
  next: number,
): Promise<void> {
  await sql`update event_position set next = ${next}
    where device = ${device} and epoch = ${epoch}`.execute(db);
}

export type NewEvent = {
  id: number;
  time: string;
  kind: DetectionEvent["kind"];
  verdict: Verdict;
  src: string;
  dst: string;
  words: string;
  sources: readonly string[];
  body: DetectionEvent;
};

export async function insertEvents(
  db: Executor,
  events: readonly NewEvent[],
  common: { device: DeviceId; received: Date; policy: string },
): Promise<void> {
  await sql`
    insert into event
      (id, received, time, device, kind, verdict, src, dst, words, sources, policy, body)
    select r.id, ${common.received}, r.time, ${common.device}::uuid, r.kind, r.verdict, r.src, r.dst,
      r.words, array(select jsonb_array_elements_text(r.sources)), ${common.policy}, r.body
    from jsonb_to_recordset(${jsonText(events)}::jsonb) as r
      (id bigint, time timestamptz, kind text, verdict text, src text, dst text, words text,
        sources jsonb, body jsonb)`.execute(db);
}

export async function countHours(
  db: Executor,
  counts: readonly { hour: string; verdict: Verdict; events: number }[],
): Promise<void> {
  await sql`
    insert into event_hour (hour, verdict, events)
    select r.hour, r.verdict, r.events from jsonb_to_recordset(${jsonText(counts)}::jsonb) as r
      (hour timestamptz, verdict text, events bigint) order by 1, 2
    on conflict (hour, verdict) do update set events = event_hour.events + excluded.events`.execute(
    db,
  );
}

export type EntryCount = { type: string; value: string; day: string; events: number; last: string };

/** Events by the entry that caused them and the day; in one order, so that no two wait for each other. */
export async function countEntries(db: Executor, counts: readonly EntryCount[]): Promise<void> {
  if (counts.length === 0) return;
  await sql`
    insert into event_entry (type, value, day, events, last)
    select r.type, r.value, r.day, r.events, r.last
    from jsonb_to_recordset(${jsonText(counts)}::jsonb) as r
      (type text, value text, day date, events bigint, last timestamptz) order by 1, 2, 3
    on conflict (type, value, day) do update set events = event_entry.events + excluded.events,
      last = greatest(event_entry.last, excluded.last)`.execute(db);
}

export async function forgetEntryCounts(db: Executor, before: Date): Promise<void> {
  await sql`delete from event_entry where day < ${before}::date`.execute(db);
}

/** The profile a device runs or should run, for the policy id of its events. */
export async function policyOf(db: Executor, device: DeviceId): Promise<string> {
  const { rows } = await sql<{ policy: string }>`
    select profile::text as policy from device where id = ${device}`.execute(db);
  return rows[0]?.policy ?? "";
}

type EventRow = {
  id: string;
  received: Date;
  time: Date;
  device: DeviceId;
  given_name: string | null;
  reported_name: string | null;
  sources: string[];
  policy: string;
  body: DetectionEvent;
};

const EVENT = sql`e.id::text as id, e.received, e.time, e.device, d.given_name,
  d.report->>'name' as reported_name, e.sources, e.policy, e.body
  from event e left join device d on d.id = e.device`;

function eventOf(row: EventRow): StoredEvent {
  return {
    ...row.body,
    id: row.id,
    device: { id: row.device, name: deviceName(row.device, row.given_name, row.reported_name) },
    received: iso(row.received),
    sources: row.sources,
    policyId: row.policy,
  };
}

export type EventQuery = {
  from?: string | undefined;
  to?: string | undefined;
  device?: DeviceId | undefined;
  verdict?: Verdict | undefined;
  address?: string | undefined;
  q?: string | undefined;
};

function conditions(query: EventQuery) {
  const all = [
    query.from === undefined ? undefined : sql`e.time >= ${query.from}`,
    query.to === undefined ? undefined : sql`e.time < ${query.to}`,
    query.device === undefined ? undefined : sql`e.device = ${query.device}`,
    query.verdict === undefined ? undefined : sql`e.verdict = ${query.verdict}`,
    query.address === undefined
      ? undefined
      : sql`(e.src = ${query.address} or e.dst = ${query.address})`,
    ...(query.q ?? "")
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "")
      .map((word) => sql`e.words like ${`%${likeLiteral(word)}%`}`),
  ].filter((one) => one !== undefined);
  return all.length === 0 ? sql`true` : sql.join(all, sql` and `);
}

export type EventCursor = { time: Date; id: number };

/** Newest first, after `cursor`. */
export async function searchEvents(
  db: Executor,
  query: EventQuery,
  cursor: EventCursor | undefined,
  limit: number,
): Promise<StoredEvent[]> {
  const after =
    cursor === undefined ? sql`true` : sql`(e.time, e.id) < (${cursor.time}, ${cursor.id})`;
  const { rows } = await sql<EventRow>`
    select ${EVENT} where ${conditions(query)} and ${after}
    order by e.time desc, e.id desc limit ${limit}`.execute(db);
  return rows.map(eventOf);
}

/** At most `bound`: counting stops there. */
export async function countEvents(db: Executor, query: EventQuery, bound: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (
      select 1 from event e where ${conditions(query)} limit ${bound}) counted`.execute(db);
  return rows[0]?.n ?? 0;
}

export async function findEvent(db: Executor, id: number): Promise<StoredEvent | undefined> {
  const { rows } = await sql<EventRow>`select ${EVENT} where e.id = ${id}`.execute(db);
  return rows.map(eventOf)[0];
}

/** Detections (no gaps) after an id, oldest first. */
export async function eventsAfter(db: Executor, id: number, limit: number): Promise<StoredEvent[]> {
  const { rows } = await sql<EventRow>`
    select ${EVENT} where e.id > ${id} and e.kind <> 'gap' order by e.id limit ${limit}`.execute(
    db,
  );
  return rows.map(eventOf);
}

export type HourCount = { hour: Date; verdict: Verdict; events: number };

export async function hourlyCounts(db: Executor, from: Date): Promise<HourCount[]> {
  const { rows } = await sql<HourCount>`
    select hour, verdict, events from event_hour where hour >= ${from} order by hour`.execute(db);
  return rows;
}
