import {
  type ConnectionSettings,
  type EntryType,
  type FeedObject,
  type FeedPosition,
  type HubObjectType,
  SetChecksum,
} from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, jsonText } from "../database.ts";
import type { DurablePhase } from "./connection-step.ts";

export type StoredConnection = {
  phase: DurablePhase;
  hub_url: string | null;
  enrolled: Date | null;
  reason: string | null;
  settings: ConnectionSettings;
};

/** Every option is on, as after an enrolment. */
export const ALL_ENABLED: ConnectionSettings = {
  suspiciousObjectSync: { enabled: true, downloadIntervalSeconds: 60 },
  policyAndInventory: true,
  eventAndFilterStatusSharing: true,
  tlsTelemetry: true,
};

export async function loadConnection(db: Executor): Promise<StoredConnection> {
  const { rows } = await sql<StoredConnection>`
    select phase, hub_url, enrolled, reason, settings from vision_one_connection`.execute(db);
  return (
    rows[0] ?? {
      phase: "not-connected",
      hub_url: null,
      enrolled: null,
      reason: null,
      settings: ALL_ENABLED,
    }
  );
}

export async function saveConnection(db: Executor, one: StoredConnection): Promise<void> {
  await sql`
    insert into vision_one_connection (phase, hub_url, enrolled, reason, settings)
    values (${one.phase}, ${one.hub_url}, ${one.enrolled}, ${one.reason},
      ${jsonText(one.settings)}::jsonb)
    on conflict (only_one) do update set phase = excluded.phase, hub_url = excluded.hub_url,
      enrolled = excluded.enrolled, reason = excluded.reason, settings = excluded.settings`.execute(
    db,
  );
}

/** `source`: the name under which the objects are asserted. */
export type StoredFeed = { source: string; position: FeedPosition | null };

export async function loadFeed(db: Executor): Promise<StoredFeed | undefined> {
  const { rows } = await sql<{
    source: string;
    epoch: string | null;
    revision: number;
    checksum: string;
    count: number;
  }>`select source, epoch, revision, checksum, count from vision_one_feed`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { source, epoch, revision, count } = row;
  const checksum = SetChecksum.parse(row.checksum);
  return { source, position: epoch === null ? null : { epoch, revision, checksum, count } };
}

export async function saveFeed(
  db: Executor,
  feed: { source: string; epoch: string | null; revision: number; checksum: string; count: number },
): Promise<void> {
  await sql`
    insert into vision_one_feed (source, epoch, revision, checksum, count)
    values (${feed.source}, ${feed.epoch}, ${feed.revision}, ${feed.checksum}, ${feed.count})
    on conflict (only_one) do update set source = excluded.source, epoch = excluded.epoch,
      revision = excluded.revision, checksum = excluded.checksum, count = excluded.count`.execute(
    db,
  );
}

/** Another hub: its list starts from nothing. What the old one asserted stays with its entries. */
export async function forgetObjects(db: Executor): Promise<void> {
  await sql`delete from vision_one_object`.execute(db);
  await sql`delete from vision_one_feed`.execute(db);
}

export type ObjectKey = { type: HubObjectType; value: string };

export type KnownObject = ObjectKey & {
  digest: string;
  entry_type: EntryType | null;
  entry_value: string | null;
};

export async function knownObjects(
  db: Executor,
  keys: readonly ObjectKey[],
): Promise<Map<string, KnownObject>> {
  const { rows } = await sql<KnownObject>`
    select o.type, o.value, o.digest, o.entry_type, o.entry_value
    from jsonb_to_recordset(${jsonText(keys)}::jsonb) as k (type text, value text)
    join vision_one_object o on o.type = k.type collate "C" and o.value = k.value collate "C"`.execute(
    db,
  );
  return new Map(rows.map((row) => [objectKey(row), row]));
}

export function objectKey({ type, value }: ObjectKey): string {
  return `${type} ${value}`;
}

export type NewObject = ObjectKey & {
  digest: string;
  revision: number;
  entry_type: EntryType | null;
  entry_value: string | null;
  refusal: string | null;
};

export async function upsertObjects(db: Executor, objects: readonly NewObject[]): Promise<void> {
  if (objects.length === 0) return;
  await sql`
    insert into vision_one_object (type, value, digest, revision, entry_type, entry_value, refusal)
    select r.type, r.value, r.digest, r.revision, r.entry_type, r.entry_value, r.refusal
    from jsonb_to_recordset(${jsonText(objects)}::jsonb) as r (type text, value text, digest text,
      revision bigint, entry_type text, entry_value text, refusal text)
    on conflict (type, value) do update set digest = excluded.digest, revision = excluded.revision,
      entry_type = excluded.entry_type, entry_value = excluded.entry_value,
      refusal = excluded.refusal`.execute(db);
}

export async function deleteObjects(db: Executor, keys: readonly ObjectKey[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    delete from vision_one_object o
    using jsonb_to_recordset(${jsonText(keys)}::jsonb) as k (type text, value text)
    where o.type = k.type collate "C" and o.value = k.value collate "C"`.execute(db);
}

/** Of these entries, those that some object still stands for. */
export async function entriesInUse(
  db: Executor,
  entries: readonly { type: EntryType; value: string }[],
): Promise<Set<string>> {
  if (entries.length === 0) return new Set();
  const { rows } = await sql<{ type: string; value: string }>`
    select distinct k.type, k.value
    from jsonb_to_recordset(${jsonText(entries)}::jsonb) as k (type text, value text)
    join vision_one_object o
      on o.entry_type = k.type collate "C" and o.entry_value = k.value collate "C"`.execute(db);
  return new Set(rows.map(({ type, value }) => `${type} ${value}`));
}

export async function clearStaged(db: Executor): Promise<void> {
  await sql`truncate vision_one_staged`.execute(db);
}

export async function stageObjects(
  db: Executor,
  objects: readonly { type: HubObjectType; value: string; digest: string; object: FeedObject }[],
): Promise<void> {
  if (objects.length === 0) return;
  await sql`
    insert into vision_one_staged (type, value, digest, object)
    select distinct on (r.type, r.value) r.type, r.value, r.digest, r.object
    from jsonb_to_recordset(${jsonText(objects)}::jsonb) as r
      (type text, value text, digest text, object jsonb)
    on conflict (type, value) do update set digest = excluded.digest, object = excluded.object`.execute(
    db,
  );
}

/** Staged objects after `last` that are not here, or not like this, in key order. */
export async function stagedDifferent(
  db: Executor,
  last: ObjectKey | undefined,
  limit: number,
): Promise<FeedObject[]> {
  const { rows } = await sql<{ object: FeedObject }>`
    select s.object from vision_one_staged s
    left join vision_one_object o on o.type = s.type and o.value = s.value
    where o.digest is distinct from s.digest and ${isAfter("s", last)}
    order by s.type, s.value limit ${limit}`.execute(db);
  return rows.map(({ object }) => object);
}

/** Objects here, after `last`, that the hub's whole list does not have, in key order. */
export async function notStaged(
  db: Executor,
  last: ObjectKey | undefined,
  limit: number,
): Promise<ObjectKey[]> {
  const { rows } = await sql<ObjectKey>`
    select o.type, o.value from vision_one_object o
    left join vision_one_staged s on s.type = o.type and s.value = o.value
    where s.type is null and ${isAfter("o", last)}
    order by o.type, o.value limit ${limit}`.execute(db);
  return rows;
}

function isAfter(table: "s" | "o", last: ObjectKey | undefined) {
  const columns = sql`(${sql.ref(`${table}.type`)}, ${sql.ref(`${table}.value`)})`;
  return last === undefined ? sql`true` : sql`${columns} > (${last.type}, ${last.value})`;
}

export async function countStaged(db: Executor): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from vision_one_staged`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}

/** The digests of all objects, in pages. */
export async function* allDigests(db: Executor): AsyncGenerator<string[]> {
  const page = 20_000;
  let last: ObjectKey | undefined;
  do {
    const { rows }: { rows: KnownObject[] } = await sql<KnownObject>`
      select type, value, digest from vision_one_object
      where (type, value) > (${last?.type ?? ""}, ${last?.value ?? ""})
      order by type, value limit ${page}`.execute(db);
    yield rows.map((row) => row.digest);
    last = rows.length < page ? undefined : rows.at(-1);
  } while (last !== undefined);
}

export type SharingCursor = { epoch: string; next: number; lastEvent: number };

export async function loadSharing(db: Executor): Promise<SharingCursor | undefined> {
  const { rows } = await sql<SharingCursor>`
    select epoch, next, last_event as "lastEvent" from vision_one_sharing`.execute(db);
  return rows[0];
}

export async function saveSharing(db: Executor, cursor: SharingCursor): Promise<void> {
  await sql`
    insert into vision_one_sharing (epoch, next, last_event)
    values (${cursor.epoch}, ${cursor.next}, ${cursor.lastEvent})
    on conflict (only_one) do update set epoch = excluded.epoch, next = excluded.next,
      last_event = excluded.last_event`.execute(db);
}
