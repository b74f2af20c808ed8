import { json } from "@breakwater/postgres";
import type { ProductId, SharedDetection } from "@breakwater/protocol";
import { type RawBuilder, sql } from "kysely";
import type { HubDb, HubTx } from "../database.ts";

export type StoredDetection = {
  /** Rises with arrival: breaks ties of event time. */
  id: number;
  uuid: string;
  received: Date;
  rt: Date;
  product: { id: ProductId; name: string; version: string };
  body: SharedDetection;
};

/** Locks the product's position in one epoch of its event stream; 0 when it is new. */
export async function lockPosition(tx: HubTx, product: ProductId, epoch: string): Promise<number> {
  await sql`
    insert into detection_position (product_id, epoch, next) values (${product}, ${epoch}, 0)
    on conflict do nothing`.execute(tx);
  const { rows } = await sql<{ next: number }>`
    select next from detection_position
    where product_id = ${product} and epoch = ${epoch} for update`.execute(tx);
  return rows[0]?.next ?? 0;
}

export async function movePosition(
  tx: HubTx,
  product: ProductId,
  epoch: string,
  move: { next: number; skipped: number },
): Promise<void> {
  await sql`
    update detection_position set next = ${move.next}, skipped = skipped + ${move.skipped}
    where product_id = ${product} and epoch = ${epoch}`.execute(tx);
}

export async function insertDetections(
  tx: HubTx,
  product: ProductId,
  received: Date,
  detections: readonly { rt: Date; body: SharedDetection }[],
): Promise<void> {
  await sql`
    insert into detection (received, rt, product_id, severity, rule_name, dvchost, src, dst, body)
    select ${received}, d.rt, ${product}, (d.body->>'severity')::smallint, d.body->>'ruleName',
      d.body->>'dvchost', d.body->>'src', d.body->>'dst', d.body
    from jsonb_to_recordset(${json(detections)}) d(rt timestamptz, body jsonb)`.execute(tx);
  await sql`
    insert into detection_hour (product_id, hour, count)
    values (${product}, date_trunc('hour', ${received}::timestamptz), ${detections.length})
    on conflict (product_id, hour) do update
      set count = detection_hour.count + excluded.count`.execute(tx);
}

/** `start` inclusive, `end` exclusive, by event time. */
export type Window = { start: Date; end: Date };

/** A device's clock may run ahead of ours by this much without its events being missed. */
const CLOCK_AHEAD_MS = 86_400_000;

function inWindow({ start, end }: Window): RawBuilder<boolean> {
  // The second bound spares the partitions of earlier days.
  const arrived = new Date(start.getTime() - CLOCK_AHEAD_MS);
  return sql<boolean>`(d.rt >= ${start} and d.rt < ${end} and d.received >= ${arrived})`;
}

export type DetectionSearch = {
  window: Window;
  where: RawBuilder<boolean>;
  after: { rt: Date; id: number } | undefined;
  limit: number;
};

/** Newest first by event time. */
export async function searchDetections(
  db: HubDb,
  { window, where, after, limit }: DetectionSearch,
): Promise<StoredDetection[]> {
  const from = after === undefined ? sql`true` : sql`(d.rt, d.id) < (${after.rt}, ${after.id})`;
  const { rows } = await sql<{
    id: number;
    uuid: string;
    received: Date;
    rt: Date;
    product_id: ProductId;
    name: string;
    version: string;
    body: SharedDetection;
  }>`
    select d.id, d.uuid, d.received, d.rt, d.product_id, p.name, p.version, d.body
    from (
      select * from detection d where ${inWindow(window)} and ${where} and ${from}
      order by d.rt desc, d.id desc limit ${limit}
    ) d join product p on p.id = d.product_id
    order by d.rt desc, d.id desc`.execute(db);
  return rows.map(({ id, uuid, received, rt, product_id, name, version, body }) => ({
    id,
    uuid,
    received,
    rt,
    product: { id: product_id, name, version },
    body,
  }));
}

/** Counts up to `most`. */
export async function countDetections(
  db: HubDb,
  window: Window,
  where: RawBuilder<boolean>,
  most: number,
): Promise<{ value: number; exact: boolean }> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from detection d where ${inWindow(window)} and ${where} limit ${most + 1}
    ) found`.execute(db);
  const count = rows[0]?.count ?? 0;
  return { value: Math.min(count, most), exact: count <= most };
}

/** Arrivals per hour, oldest first; hours without any are missing. */
export async function readHours(db: HubDb, since: Date): Promise<{ hour: Date; count: number }[]> {
  const { rows } = await sql<{ hour: Date; count: number }>`
    select hour, sum(count)::bigint as count from detection_hour where hour >= ${since}
    group by hour order by hour`.execute(db);
  return rows;
}
