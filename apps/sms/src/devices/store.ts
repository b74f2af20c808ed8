import type {
  BundleOffer,
  DeviceId,
  DeviceReport,
  EntryException,
  ProfileId,
  SetId,
  Sha256,
} from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, jsonText } from "../database.ts";

export type DeviceRow = {
  id: DeviceId;
  given_name: string | null;
  profile: ProfileId;
  profile_name: string;
  enrolled: Date;
  last_seen: Date | null;
  report: DeviceReport | null;
  desired_version: number | null;
  active_version: number | null;
  set: SetId | null;
  set_version: number | null;
  set_count: number | null;
  certificate_expires: Date;
};

const DEVICE = sql`
  d.id, d.given_name, d.profile, p.name as profile_name, d.enrolled, d.last_seen, d.report,
  b.profile_version as desired_version, a.profile_version as active_version,
  s.id as set, s.version as set_version, s.count as set_count,
  (select max(c.not_after) from device_certificate c
    where c.device = d.id and c.revoked is null) as certificate_expires`;
const FROM_DEVICE = sql`
  device d join profile p on p.id = d.profile
  left join bundle b on b.sha256 = d.desired_bundle
  left join bundle a on a.sha256 = d.report->>'activeBundle'
  left join reputation_set s on s.id = b.set`;

export async function listDevices(db: Executor): Promise<DeviceRow[]> {
  const { rows } = await sql<DeviceRow>`
    select ${DEVICE} from ${FROM_DEVICE} where d.removed is null order by d.enrolled, d.id`.execute(
    db,
  );
  return rows;
}

export async function findDevice(db: Executor, id: DeviceId): Promise<DeviceRow | undefined> {
  const { rows } = await sql<DeviceRow>`
    select ${DEVICE} from ${FROM_DEVICE} where d.id = ${id} and d.removed is null`.execute(db);
  return rows[0];
}

export async function insertDevice(
  db: Executor,
  device: { id: DeviceId; profile: ProfileId; enrolled: Date },
): Promise<void> {
  await sql`insert into device (id, profile, enrolled)
    values (${device.id}, ${device.profile}, ${device.enrolled})`.execute(db);
}

export async function renameDevice(db: Executor, id: DeviceId, name: string): Promise<void> {
  await sql`update device set given_name = ${name} where id = ${id}`.execute(db);
}

export async function assignProfile(
  db: Executor,
  id: DeviceId,
  profile: ProfileId,
): Promise<boolean> {
  const { rows } = await sql`
    update device set profile = p.id from profile p
    where device.id = ${id} and p.id = ${profile} returning device.id`.execute(db);
  return rows.length > 0;
}

/** The certificate is refused from here on. False: there is no such device. */
export async function removeDevice(db: Executor, id: DeviceId, at: Date): Promise<boolean> {
  const { rows } = await sql`
    update device set removed = ${at}, desired_bundle = null, desired_distribution = null
    where id = ${id} and removed is null returning id`.execute(db);
  await sql`update device_certificate set revoked = ${at}
    where device = ${id} and revoked is null`.execute(db);
  await sql`delete from device_exception where device = ${id}`.execute(db);
  return rows.length > 0;
}

export async function touchDevice(db: Executor, id: DeviceId, at: Date): Promise<void> {
  await sql`update device set last_seen = ${at} where id = ${id}`.execute(db);
}

/** What a device should have, and the sets it may therefore read. */
export type Desired = { device: DeviceId; offer: BundleOffer | null; set: SetId | null };

type DesiredRow = {
  device: DeviceId;
  distribution: BundleOffer["distribution"] | null;
  sha256: Sha256 | null;
  size: number | null;
  set: SetId | null;
};

export async function desiredOf(db: Executor, devices: readonly DeviceId[]): Promise<Desired[]> {
  const { rows } = await sql<DesiredRow>`
    select d.id as device, d.desired_distribution as distribution, b.sha256,
      length(b.bytes) as size, b.set
    from device d left join bundle b on b.sha256 = d.desired_bundle
    where d.id = any(${devices}::uuid[]) and d.removed is null`.execute(db);
  return rows.map(({ device, distribution, sha256, size, set }) => ({
    device,
    offer:
      distribution === null || sha256 === null || size === null
        ? null
        : { distribution, sha256, size },
    set,
  }));
}

/** Rows are locked in one order everywhere, so that writers of many devices never wait in a ring. */
export async function setDesired(
  db: Executor,
  devices: readonly DeviceId[],
  desired: { distribution: string; bundle: Sha256 },
): Promise<void> {
  await sql`
    with locked as (
      select id from device where id = any(${devices}::uuid[]) and removed is null
      order by id for no key update
    )
    update device d set desired_distribution = ${desired.distribution},
      desired_bundle = ${desired.bundle}
    from locked where d.id = locked.id`.execute(db);
}

/** Devices that are there, of one profile or by id. */
export async function devicesOfProfile(
  db: Executor,
  profile: ProfileId,
): Promise<{ id: DeviceId }[]> {
  const { rows } = await sql<{ id: DeviceId }>`
    select id from device where profile = ${profile} and removed is null order by id`.execute(db);
  return rows;
}

/** Acknowledged positions of all devices, for "in force on n of m". */
export type DeviceTarget = {
  id: DeviceId;
  given_name: string | null;
  reported_name: string | null;
  last_seen: Date | null;
  engine: DeviceReport["engine"] | null;
  /** The set its desired bundle selects. */
  set: SetId | null;
  ack_set: SetId | null;
  ack_version: number | null;
};

export async function deviceTargets(db: Executor): Promise<DeviceTarget[]> {
  const { rows } = await sql<DeviceTarget>`
    select d.id, d.given_name, d.report->>'name' as reported_name, d.last_seen,
      d.report->>'engine' as engine, b.set, (d.report#>>'{position,set}')::uuid as ack_set,
      (d.report#>>'{position,version}')::bigint as ack_version
    from device d left join bundle b on b.sha256 = d.desired_bundle
    where d.removed is null order by d.enrolled, d.id`.execute(db);
  return rows;
}

export type ExceptionRow = EntryException & { device: DeviceId };

export async function exceptionsOf(
  db: Executor,
  keys: readonly { type: string; value: string }[],
): Promise<ExceptionRow[]> {
  const { rows } = await sql<ExceptionRow>`
    select e.device, e.type, e.value, e.state, e.reason
    from jsonb_to_recordset(${jsonText(keys)}::jsonb) as k (type text, value text)
    join device_exception e on e.type = k.type collate "C" and e.value = k.value collate "C"`.execute(
    db,
  );
  return rows;
}

/** A device reads the set it should have, or the one it says it has in use. */
export async function mayReadSet(db: Executor, device: DeviceId, set: SetId): Promise<boolean> {
  const { rows } = await sql`
    select 1 from device d left join bundle b on b.sha256 = d.desired_bundle
      left join bundle a on a.sha256 = d.report->>'activeBundle'
    where d.id = ${device} and d.removed is null and ${set}::uuid in (b.set, a.set)`.execute(db);
  return rows.length > 0;
}

export async function countDevices(db: Executor): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from device where removed is null`.execute(db);
  return rows[0]?.n ?? 0;
}
