import { json } from "@breakwater/postgres";
import type {
  DistributedRisk,
  DistributedType,
  DistributionTarget,
  DistributionTargetId,
  TargetTls,
} from "@breakwater/protocol";
import { sql } from "kysely";
import type { HubDb, HubTx } from "../database.ts";

/** What people set, with the password sealed. */
export type TargetSettings = {
  id: DistributionTargetId;
  name: string;
  enabled: boolean;
  address: string;
  port: number;
  tls: TargetTls;
  userName: string;
  password: Buffer;
  types: DistributedType[];
  risk: DistributedRisk;
  sendTtl: boolean;
};

export type TargetRow = TargetSettings & {
  feedEpoch: string | null;
  cursor: number;
  sweptRevision: number;
  failures: number;
  nextTry: Date | null;
  lastError: DistributionTarget["lastError"];
  lastSuccess: Date | null;
};

const COLUMNS = sql.raw(
  `t.id, t.name, t.enabled, t.address, t.port, t.tls, t.user_name as "userName", t.password, t.types,
   t.risk, t.send_ttl as "sendTtl", t.feed_epoch as "feedEpoch", t.cursor,
   t.swept_revision as "sweptRevision", t.failures, t.next_try as "nextTry",
   t.last_error as "lastError", t.last_success as "lastSuccess"`,
);

export type TargetCounts = { sent: number; waiting: number; refused: number };
export type TargetOverview = TargetRow & TargetCounts & { behind: boolean };

/** All targets by name, with how much each was sent. */
export async function listTargets(db: HubDb): Promise<TargetOverview[]> {
  const { rows } = await sql<TargetOverview>`
    select ${COLUMNS}, (t.cursor < f.revision or t.feed_epoch is distinct from f.epoch) as behind,
      c.sent, c.waiting, c.refused
    from distribution_target t cross join feed f cross join lateral (
      select count(*) filter (where settled and wanted) as sent,
        count(*) filter (where not settled and error is null) as waiting,
        count(*) filter (where not settled and error is not null) as refused
      from distributed_object d where d.target_id = t.id
    ) c order by t.name`.execute(db);
  return rows;
}

export async function findTarget(
  db: HubDb,
  id: DistributionTargetId,
): Promise<TargetRow | undefined> {
  const { rows } = await sql<TargetRow>`
    select ${COLUMNS} from distribution_target t where t.id = ${id}`.execute(db);
  return rows[0];
}

export async function lockTarget(
  tx: HubTx,
  id: DistributionTargetId,
): Promise<TargetRow | undefined> {
  const { rows } = await sql<TargetRow>`
    select ${COLUMNS} from distribution_target t where t.id = ${id} for update`.execute(tx);
  return rows[0];
}

export async function insertTarget(tx: HubTx, settings: TargetSettings, now: Date): Promise<void> {
  await sql`
    insert into distribution_target (id, name, enabled, address, port, tls, user_name, password,
      types, risk, send_ttl, created)
    values (${settings.id}, ${settings.name}, ${settings.enabled}, ${settings.address},
      ${settings.port}, ${json(settings.tls)}, ${settings.userName}, ${settings.password},
      ${settings.types}, ${settings.risk}, ${settings.sendTtl}, ${now})`.execute(tx);
}

/** A failing target is tried again at once: what was wrong may be what was changed. */
export async function updateTarget(tx: HubTx, settings: TargetSettings): Promise<void> {
  await sql`
    update distribution_target set name = ${settings.name}, enabled = ${settings.enabled},
      address = ${settings.address}, port = ${settings.port}, tls = ${json(settings.tls)},
      user_name = ${settings.userName}, password = ${settings.password}, types = ${settings.types},
      risk = ${settings.risk}, send_ttl = ${settings.sendTtl}, next_try = null
    where id = ${settings.id}`.execute(tx);
}

/** The whole list is looked at again. */
export async function rewindTarget(tx: HubTx, id: DistributionTargetId): Promise<void> {
  await sql`
    update distribution_target set cursor = 0, swept_revision = 0 where id = ${id}`.execute(tx);
}

export async function removeTarget(tx: HubTx, id: DistributionTargetId): Promise<boolean> {
  const { rows } = await sql`
    delete from distribution_target where id = ${id} returning id`.execute(tx);
  return rows.length > 0;
}

export async function moveCursor(
  tx: HubTx,
  id: DistributionTargetId,
  to: { feedEpoch: string; cursor: number; sweptRevision: number },
): Promise<void> {
  await sql`
    update distribution_target set feed_epoch = ${to.feedEpoch}, cursor = ${to.cursor},
      swept_revision = ${to.sweptRevision}
    where id = ${id}`.execute(tx);
}

/** Enabled targets that have something to do and are not in a pause. */
export async function readDueTargets(db: HubDb, now: Date): Promise<TargetRow[]> {
  const { rows } = await sql<TargetRow>`
    select ${COLUMNS} from distribution_target t cross join feed f
    where t.enabled and (t.next_try is null or t.next_try <= ${now})
      and (t.cursor < f.revision or t.feed_epoch is distinct from f.epoch or exists (
        select 1 from distributed_object d
        where d.target_id = t.id and not d.settled and d.next_try <= ${now}
      ))
    order by t.next_try nulls first, t.id`.execute(db);
  return rows;
}

export async function saveRest(
  db: HubDb,
  id: DistributionTargetId,
  rest: {
    failures: number;
    nextTry: Date | null;
    lastError: DistributionTarget["lastError"];
  },
): Promise<void> {
  await sql`
    update distribution_target set failures = ${rest.failures}, next_try = ${rest.nextTry},
      last_error = ${rest.lastError === null ? null : json(rest.lastError)}
    where id = ${id}`.execute(db);
}

export async function saveSuccess(db: HubDb, id: DistributionTargetId, now: Date): Promise<void> {
  await sql`
    update distribution_target set failures = 0, next_try = null, last_error = null,
      last_success = ${now}
    where id = ${id}`.execute(db);
}

export async function endPause(tx: HubTx, id: DistributionTargetId): Promise<void> {
  await sql`update distribution_target set next_try = null where id = ${id}`.execute(tx);
}

/** Takes or keeps the role of the one process that sends. False: another one has it. */
export async function takeLead(db: HubDb, owner: string, seconds: number): Promise<boolean> {
  const { rows } = await sql`
    update distribution_leader
    set owner = ${owner}, until = clock_timestamp() + make_interval(secs => ${seconds})
    where owner = ${owner} or until < clock_timestamp() returning owner`.execute(db);
  return rows.length > 0;
}

export async function giveUpLead(db: HubDb, owner: string): Promise<void> {
  await sql`
    update distribution_leader set owner = null, until = '-infinity'
    where owner = ${owner}`.execute(db);
}
