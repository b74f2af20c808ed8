import type { DeviceId, DeviceReport } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, jsonText } from "../database.ts";

export type NewReport = { device: DeviceId; report: DeviceReport };

/** Stores at most one report per device; answers the devices that are there (others were removed). */
export async function saveReports(
  db: Executor,
  reports: readonly NewReport[],
  at: Date,
): Promise<Set<DeviceId>> {
  // Rows are locked in one order everywhere, so that writers of many devices never wait in a ring.
  const { rows } = await sql<{ id: DeviceId }>`
    with r as (
      select * from jsonb_to_recordset(${jsonText(reports)}::jsonb) as r (device uuid, report jsonb)
    ), locked as (
      select d.id from device d where d.id in (select device from r) and d.removed is null
      order by d.id for no key update of d
    )
    update device d set last_seen = ${at}, report = r.report
    from r join locked on locked.id = r.device where d.id = r.device returning d.id`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Makes the stored exceptions of these devices equal to what they report; touches only what differs. */
export async function replaceExceptions(
  db: Executor,
  reports: readonly NewReport[],
): Promise<void> {
  const records = reports.flatMap(({ device, report }) =>
    report.exceptions.map((one) => ({ device, ...one })),
  );
  const devices = reports.map(({ device }) => device);
  const list = sql`jsonb_to_recordset(${jsonText(records)}::jsonb) as r
    (device uuid, type text, value text, state text, reason text)`;
  await sql`
    delete from device_exception e where device = any(${devices}::uuid[]) and not exists (
      select 1 from ${list}
      where r.device = e.device and r.type = e.type and r.value = e.value)`.execute(db);
  if (records.length === 0) return;
  await sql`
    insert into device_exception (device, type, value, state, reason)
    select distinct on (r.device, r.type, r.value) r.device, r.type, r.value, r.state, r.reason
    from ${list} order by r.device, r.type, r.value
    on conflict (device, type, value) do update set state = excluded.state, reason = excluded.reason
    where (device_exception.state, device_exception.reason)
      is distinct from (excluded.state, excluded.reason)`.execute(db);
}
