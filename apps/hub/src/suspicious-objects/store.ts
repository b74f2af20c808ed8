import { json } from "@breakwater/postgres";
import type { FeedPosition, ObjectSource, ScanAction, Severity } from "@breakwater/protocol";
import { SetChecksum } from "@breakwater/protocol";
import { type RawBuilder, sql } from "kysely";
import type { HubDb, HubTx } from "../database.ts";
import type { ObjectKey, StoredObject, StoredType } from "./stored-object.ts";

export type ObjectRow = {
  type: StoredType;
  value: string;
  shown: string;
  source: ObjectSource;
  risk_level: Severity;
  scan_action: ScanAction;
  description: string;
  last_modified: Date;
  expires: Date | null;
  revision: number;
  deleted: boolean;
};

export const OBJECT_COLUMNS = sql.raw(
  "o.type, o.value, o.shown, o.source, o.risk_level, o.scan_action, o.description, o.last_modified, o.expires, o.revision, o.deleted",
);

export function toStoredObject(row: ObjectRow): StoredObject {
  return {
    type: row.type,
    value: row.value,
    shown: row.shown,
    source: row.source,
    riskLevel: row.risk_level,
    scanAction: row.scan_action,
    description: row.description,
    lastModified: row.last_modified,
    expires: row.expires,
    revision: row.revision,
    deleted: row.deleted,
  };
}

/** Makes a row for every key, so that all of them can be locked; new ones are tombstones at revision 0. */
export async function claimKeys(tx: HubTx, keys: readonly ObjectKey[], now: Date): Promise<void> {
  await sql`
    insert into suspicious_object (type, value, shown, source, risk_level, scan_action,
      description, last_modified, expires, revision, deleted)
    select k.type, k.value, '', 'UDSO', 'High', 'block', '', ${now}, null, 0, true
    from jsonb_to_recordset(${json(keys)}) k(type text, value text)
    order by k.type collate "C", k.value collate "C"
    on conflict do nothing`.execute(tx);
}

/** Locks in one order, so that two writers never wait for each other. */
export async function lockObjects(tx: HubTx, keys: readonly ObjectKey[]): Promise<StoredObject[]> {
  const { rows } = await sql<ObjectRow>`
    select ${OBJECT_COLUMNS} from suspicious_object o
    join jsonb_to_recordset(${json(keys)}) k(type text, value text)
      on o.type = k.type and o.value = k.value
    order by o.type, o.value
    for update of o`.execute(tx);
  return rows.map(toStoredObject);
}

/** From here to the commit writers go one by one. */
export async function lockFeed(tx: HubTx): Promise<{ revision: number }> {
  const { rows } = await sql<{ revision: number }>`
    select revision from feed for update`.execute(tx);
  return only(rows);
}

export async function advanceFeed(
  tx: HubTx,
  move: { revision: number; checksum: bigint; count: number },
): Promise<void> {
  // The number is 2^128; the change is never negative.
  await sql`
    update feed set revision = ${move.revision}, count = count + ${move.count},
      checksum = mod(checksum + ${String(move.checksum)}::numeric, 340282366920938463463374607431768211456)`.execute(
    tx,
  );
}

export async function writeObjects(tx: HubTx, objects: readonly StoredObject[]): Promise<void> {
  await sql`
    update suspicious_object o set shown = n.shown, source = n.source, risk_level = n."riskLevel",
      scan_action = n."scanAction", description = n.description, last_modified = n."lastModified",
      expires = n.expires, revision = n.revision, deleted = n.deleted
    from jsonb_to_recordset(${json(objects)}) n(type text, value text, shown text, source text,
      "riskLevel" text, "scanAction" text, description text, "lastModified" timestamptz,
      expires timestamptz, revision bigint, deleted boolean)
    where o.type = n.type and o.value = n.value`.execute(tx);
}

export async function removeRows(tx: HubTx, keys: readonly ObjectKey[]): Promise<void> {
  await sql`
    delete from suspicious_object o
    using jsonb_to_recordset(${json(keys)}) k(type text, value text)
    where o.type = k.type and o.value = k.value`.execute(tx);
}

export type CountChange = { type: StoredType; source: ObjectSource; change: number };

export async function changeCounts(tx: HubTx, changes: readonly CountChange[]): Promise<void> {
  await sql`
    insert into object_count (type, source, count)
    select n.type, n.source, 0 from jsonb_to_recordset(${json(changes)}) n(type text, source text)
    order by 1, 2 on conflict do nothing`.execute(tx);
  await sql`
    update object_count c set count = c.count + n.change
    from jsonb_to_recordset(${json(changes)}) n(type text, source text, change integer)
    where c.type = n.type and c.source = n.source`.execute(tx);
}

export type CountRow = { type: StoredType; source: ObjectSource; count: number };

export async function readCounts(db: HubDb): Promise<CountRow[]> {
  const { rows } = await sql<CountRow>`
    select type, source, count from object_count where count > 0 order by type, source`.execute(db);
  return rows;
}

type FeedRow = {
  epoch: string;
  feed_revision: number;
  checksum: string;
  count: number;
  purged_revision: number;
};

export type FeedState = FeedPosition & { purgedRevision: number };

export function positionOf({ epoch, revision, checksum, count }: FeedState): FeedPosition {
  return { epoch, revision, checksum, count };
}

function toFeedState(row: FeedRow): FeedState {
  return {
    epoch: row.epoch,
    revision: row.feed_revision,
    checksum: SetChecksum.parse(BigInt(row.checksum).toString(16).padStart(32, "0")),
    count: row.count,
    purgedRevision: row.purged_revision,
  };
}

const FEED_COLUMNS = sql.raw(
  "f.epoch, f.revision as feed_revision, f.checksum, f.count, f.purged_revision",
);

export async function readFeedState(db: HubDb): Promise<FeedState> {
  const { rows } = await sql<FeedRow>`select ${FEED_COLUMNS} from feed f`.execute(db);
  return toFeedState(only(rows));
}

/** Changes after a revision and the position they lead to, in one statement and so one snapshot. */
export async function readChanges(
  db: HubDb,
  since: number,
  limit: number,
): Promise<{ state: FeedState; objects: StoredObject[] }> {
  const { rows } = await sql<FeedRow & (ObjectRow | { type: null })>`
    select ${FEED_COLUMNS}, o.* from feed f
    left join lateral (
      select ${OBJECT_COLUMNS} from suspicious_object o
      where o.revision > ${since} and o.revision > 0 order by o.revision limit ${limit}
    ) o on true
    order by o.revision`.execute(db);
  const objects = rows.flatMap((row) => (row.type === null ? [] : [toStoredObject(row)]));
  return { state: toFeedState(only(rows)), objects };
}

/** Live objects of the feed in key order, after a key. */
export async function readLiveAfter(
  db: HubDb,
  after: ObjectKey | undefined,
  limit: number,
): Promise<StoredObject[]> {
  const from =
    after === undefined ? sql`true` : sql`(o.type, o.value) > (${after.type}, ${after.value})`;
  const { rows } = await sql<ObjectRow>`
    select ${OBJECT_COLUMNS} from suspicious_object o
    where not o.deleted and o.revision > 0 and ${from}
    order by o.type, o.value limit ${limit}`.execute(db);
  return rows.map(toStoredObject);
}

export type Listing = {
  where: RawBuilder<boolean>;
  /** Sort key; ties are broken by type and value. */
  order: RawBuilder<unknown>;
  descending: boolean;
  after: { key: RawBuilder<unknown>; type: string; value: string } | undefined;
  limit: number;
};

/** One page of live objects in any order, with the sort key as text for the next page's start. */
export async function listObjects(
  db: HubDb,
  listing: Listing,
): Promise<{ object: StoredObject; key: string }[]> {
  const { after, order } = listing;
  const compare = sql.raw(listing.descending ? "<" : ">");
  const direction = sql.raw(listing.descending ? "desc" : "asc");
  const from =
    after === undefined
      ? sql`true`
      : sql`(${order}, o.type, o.value) ${compare} (${after.key}, ${after.type}, ${after.value})`;
  const { rows } = await sql<ObjectRow & { key: string }>`
    select ${OBJECT_COLUMNS}, (${order})::text as key from suspicious_object o
    where not o.deleted and ${listing.where} and ${from}
    order by ${order} ${direction}, o.type ${direction}, o.value ${direction}
    limit ${listing.limit}`.execute(db);
  return rows.map((row) => ({ object: toStoredObject(row), key: row.key }));
}

/** Counts up to `most`, because nobody reads the difference between many and very many. */
export async function countObjects(
  db: HubDb,
  where: RawBuilder<boolean>,
  most: number,
): Promise<{ value: number; exact: boolean }> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from suspicious_object o where not o.deleted and ${where} limit ${most + 1}
    ) found`.execute(db);
  const { count } = only(rows);
  return { value: Math.min(count, most), exact: count <= most };
}

export async function readExpired(db: HubDb, now: Date, limit: number): Promise<ObjectKey[]> {
  const { rows } = await sql<ObjectKey>`
    select type, value from suspicious_object
    where not deleted and expires is not null and expires <= ${now}
    order by expires limit ${limit}`.execute(db);
  return rows;
}

export async function readNextExpiry(db: HubDb): Promise<Date | null> {
  const { rows } = await sql<{ next: Date | null }>`
    select min(expires) as next from suspicious_object
    where not deleted and expires is not null`.execute(db);
  return only(rows).next;
}

/** Forgets deletions before `before`; products that were away longer read the whole list. */
export async function purgeTombstones(tx: HubTx, before: Date): Promise<number> {
  const { rows } = await sql<{ revision: number }>`
    delete from suspicious_object where deleted and last_modified < ${before}
    returning revision`.execute(tx);
  const highest = Math.max(0, ...rows.map((row) => row.revision));
  await sql`update feed set purged_revision = greatest(purged_revision, ${highest})`.execute(tx);
  return rows.length;
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error("the statement gave no row");
  return row;
}
