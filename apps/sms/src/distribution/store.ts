import type {
  DeviceId,
  Distribution,
  DistributionId,
  DistributionStep,
  ProfileId,
  SetId,
  Sha256,
} from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, iso } from "../database.ts";

export type NewBundle = {
  sha256: Sha256;
  profile: ProfileId;
  version: number;
  set: SetId;
  bytes: Buffer;
  created: Date;
};

export async function insertBundle(db: Executor, bundle: NewBundle): Promise<void> {
  await sql`
    insert into bundle (sha256, profile, profile_version, set, bytes, created)
    values (${bundle.sha256}, ${bundle.profile}, ${bundle.version}, ${bundle.set},
      ${bundle.bytes}, ${bundle.created})
    on conflict (sha256) do nothing`.execute(db);
}

/** The bytes of a bundle that this device was ever offered. */
export async function bundleFor(
  db: Executor,
  device: DeviceId,
  sha256: Sha256,
): Promise<Buffer | undefined> {
  const { rows } = await sql<{ bytes: Buffer }>`
    select b.bytes from bundle b where b.sha256 = ${sha256} and exists (
      select 1 from distribution d join distribution_device x on x.distribution = d.id
      where d.bundle = b.sha256 and x.device = ${device})`.execute(db);
  return rows[0]?.bytes;
}

/** The device has fetched the bundle. */
export async function markSent(
  db: Executor,
  device: DeviceId,
  sha256: Sha256,
  at: Date,
): Promise<void> {
  await sql`
    update distribution_device x set step = 'sent', updated = ${at}
    from distribution d where d.id = x.distribution and d.bundle = ${sha256}
      and x.device = ${device} and x.step = 'queued' and x.state = 'running'`.execute(db);
}

export type DistributedBundle = { sha256: Sha256; version: number; profile: ProfileId };

/** What a device's profile was last distributed as; undefined when never. */
export async function distributedBundle(
  db: Executor,
  profile: ProfileId,
): Promise<DistributedBundle | undefined> {
  const { rows } = await sql<DistributedBundle>`
    select b.sha256, b.profile_version as version, b.profile
    from profile p join bundle b on b.sha256 = p.distributed_bundle where p.id = ${profile}`.execute(
    db,
  );
  return rows[0];
}

export async function setDistributedBundle(
  db: Executor,
  profile: ProfileId,
  bundle: Sha256,
): Promise<void> {
  await sql`update profile set distributed_bundle = ${bundle} where id = ${profile}`.execute(db);
}

export async function deviceToServe(
  db: Executor,
  device: DeviceId,
): Promise<{ profile: ProfileId; desired: Sha256 | null } | undefined> {
  const { rows } = await sql<{ profile: ProfileId; desired: Sha256 | null }>`
    select profile, desired_bundle as desired from device
    where id = ${device} and removed is null for no key update`.execute(db);
  return rows[0];
}

export type NewDistribution = {
  id: DistributionId;
  profile: ProfileId;
  version: number;
  bundle: Sha256;
  created: Date;
  createdBy: string;
  note: string;
};

export async function insertDistribution(
  db: Executor,
  one: NewDistribution,
  devices: readonly DeviceId[],
): Promise<void> {
  await sql`
    insert into distribution (id, profile, profile_version, bundle, created, created_by, note)
    values (${one.id}, ${one.profile}, ${one.version}, ${one.bundle}, ${one.created},
      ${one.createdBy}, ${one.note})`.execute(db);
  await sql`
    insert into distribution_device (distribution, device, step, state, updated)
    select ${one.id}::uuid, id, 'queued', 'running', ${one.created}
    from unnest(${devices}::uuid[]) as id`.execute(db);
}

/** What was under way to these devices is overtaken. */
export async function supersedeRunning(
  db: Executor,
  devices: readonly DeviceId[],
  at: Date,
): Promise<void> {
  await sql`
    update distribution_device set state = 'superseded', updated = ${at},
      message = 'A newer distribution took its place.'
    where device = any(${devices}::uuid[]) and state = 'running'`.execute(db);
}

export type Progress = {
  distribution: DistributionId;
  device: DeviceId;
  step: DistributionStep;
  state: Distribution["devices"][number]["state"];
  message: string | null;
};

export async function findProgress(
  db: Executor,
  distribution: DistributionId,
  device: DeviceId,
): Promise<Progress | undefined> {
  const { rows } = await sql<Progress>`
    select distribution, device, step, state, message from distribution_device
    where distribution = ${distribution} and device = ${device} for update`.execute(db);
  return rows[0];
}

export async function saveProgress(db: Executor, next: Progress, at: Date): Promise<void> {
  await sql`
    update distribution_device set step = ${next.step}, state = ${next.state},
      message = ${next.message}, updated = ${at}
    where distribution = ${next.distribution} and device = ${next.device}`.execute(db);
}

type DistributionRow = {
  id: DistributionId;
  profile: ProfileId;
  profile_name: string;
  profile_version: number;
  created: Date;
  created_by: string;
  note: string;
  devices: Distribution["devices"] | null;
};

function distributionOf(row: DistributionRow): Distribution {
  return {
    id: row.id,
    profile: { id: row.profile, name: row.profile_name, version: row.profile_version },
    created: iso(row.created),
    createdBy: row.created_by,
    note: row.note,
    // The database writes times in JSON in its own form.
    devices: (row.devices ?? []).map((one) => ({ ...one, updated: iso(new Date(one.updated)) })),
  };
}

const DISTRIBUTION = sql`
  d.id, d.profile, p.name as profile_name, d.profile_version, d.created, d.created_by, d.note,
  (select jsonb_agg(jsonb_build_object('device', x.device,
      'name', coalesce(v.given_name, v.report->>'name', 'device ' || left(v.id::text, 8)),
      'step', x.step, 'state', x.state, 'message', x.message, 'updated', x.updated)
      order by v.enrolled, v.id)
    from distribution_device x join device v on v.id = x.device
    where x.distribution = d.id) as devices
  from distribution d join profile p on p.id = d.profile`;

export async function findDistribution(
  db: Executor,
  id: DistributionId,
): Promise<Distribution | undefined> {
  const { rows } = await sql<DistributionRow>`select ${DISTRIBUTION} where d.id = ${id}`.execute(
    db,
  );
  return rows.map(distributionOf)[0];
}

/** Newest first, after the one named by `cursor`. */
export async function listDistributions(
  db: Executor,
  cursor: DistributionId | undefined,
  limit: number,
): Promise<Distribution[]> {
  const after =
    cursor === undefined
      ? sql`true`
      : sql`(d.created, d.id) < (select created, id from distribution where id = ${cursor})`;
  const { rows } = await sql<DistributionRow>`
    select ${DISTRIBUTION} where ${after} order by d.created desc, d.id desc limit ${limit}`.execute(
    db,
  );
  return rows.map(distributionOf);
}

export async function countDistributions(db: Executor): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from distribution`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Bundles that nobody runs, should run, or would be given; with the sets that they leave unused. */
export async function removeUnused(db: Executor, before: Date): Promise<{ sets: number }> {
  await sql`
    delete from bundle b where b.created < ${before}
      and not exists (select 1 from profile p where p.distributed_bundle = b.sha256)
      and not exists (select 1 from device d where d.removed is null
        and (d.desired_bundle = b.sha256 or d.report->>'activeBundle' = b.sha256))`.execute(db);
  const { rows } = await sql<{ id: string }>`
    delete from reputation_set s where s.created < ${before}
      and not exists (select 1 from bundle b where b.set = s.id) returning id`.execute(db);
  return { sets: rows.length };
}
