import { json } from "@breakwater/postgres";
import type { ProductStatus, StreamStatus } from "@breakwater/protocol";
import { ProductId } from "@breakwater/protocol";
import { sql } from "kysely";
import type { HubDb, HubTx } from "../database.ts";

export type ProductRecord = {
  id: ProductId;
  name: string;
  version: string;
  onboarding: boolean;
  enrolled: Date;
  lastSeen: Date | null;
  devices: number;
  streams: StreamStatus[];
  syncedEpoch: string | null;
  syncedRevision: number;
  certificateExpires: Date | null;
};

type Row = {
  id: string;
  name: string;
  version: string;
  onboarding: boolean;
  enrolled: Date;
  last_seen: Date | null;
  devices: number;
  streams: StreamStatus[];
  synced_epoch: string | null;
  synced_revision: number;
  certificate_expires: Date | null;
};

const SELECT = sql`
  select p.id, p.name, p.version, p.onboarding, p.enrolled, p.last_seen, p.devices, p.streams,
    p.synced_epoch, p.synced_revision,
    (select max(c.expires) from certificate c where c.product_id = p.id) as certificate_expires
  from product p`;

function toRecord(row: Row): ProductRecord {
  return {
    id: ProductId.parse(row.id),
    name: row.name,
    version: row.version,
    onboarding: row.onboarding,
    enrolled: row.enrolled,
    lastSeen: row.last_seen,
    devices: row.devices,
    streams: row.streams,
    syncedEpoch: row.synced_epoch,
    syncedRevision: row.synced_revision,
    certificateExpires: row.certificate_expires,
  };
}

/** Connected ones first, then by time of enrolment. */
export async function listProducts(db: HubDb): Promise<ProductRecord[]> {
  const { rows } = await sql<Row>`
    ${SELECT} order by p.onboarding desc, p.enrolled desc, p.id`.execute(db);
  return rows.map(toRecord);
}

export async function findProduct(db: HubDb, id: ProductId): Promise<ProductRecord | undefined> {
  const { rows } = await sql<Row>`${SELECT} where p.id = ${id}`.execute(db);
  return rows.map(toRecord)[0];
}

/** Locks the product until the transaction ends; undefined when there is none. */
export async function lockProduct(
  tx: HubTx,
  id: ProductId,
): Promise<{ onboarding: boolean } | undefined> {
  const { rows } = await sql<{ onboarding: boolean }>`
    select onboarding from product where id = ${id} for update`.execute(tx);
  return rows[0];
}

export async function insertProduct(
  tx: HubTx,
  product: { id: ProductId; name: string; enrolled: Date },
): Promise<void> {
  await sql`
    insert into product (id, name, enrolled)
    values (${product.id}, ${product.name}, ${product.enrolled})`.execute(tx);
}

/** Stores what the product reported about itself, unless it has been disconnected meanwhile. */
export async function saveStatus(
  db: HubDb,
  id: ProductId,
  status: ProductStatus,
  now: Date,
): Promise<void> {
  await sql`
    update product set name = ${status.name}, version = ${status.version},
      devices = ${status.devices}, streams = ${json(status.streams)}, last_seen = ${now},
      synced_epoch = ${status.synced?.epoch ?? null},
      synced_revision = ${status.synced?.revision ?? 0}
    where id = ${id} and onboarding`.execute(db);
}

export async function markDisconnected(tx: HubTx, id: ProductId, now: Date): Promise<void> {
  await sql`
    update product set onboarding = false, disconnected = ${now},
      streams = coalesce((select jsonb_agg(s || '{"state":"out-of-sync"}' order by n)
        from jsonb_array_elements(streams) with ordinality e(s, n)), '[]')
    where id = ${id}`.execute(tx);
}

export async function touchProducts(
  db: HubDb,
  ids: readonly ProductId[],
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update product set last_seen = ${now}
    where id in (select i::uuid from jsonb_array_elements_text(${json(ids)}) i) and onboarding`.execute(
    db,
  );
}

/** What every connected product has stored of the feed, in its present epoch. */
export async function readSyncedRevisions(db: HubDb, epoch: string): Promise<number[]> {
  const { rows } = await sql<{ revision: number }>`
    select case when synced_epoch = ${epoch} then synced_revision else 0 end as revision
    from product where onboarding`.execute(db);
  return rows.map(({ revision }) => revision);
}
