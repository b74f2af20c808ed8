import type { Profile, ProfileId, ReputationFilters } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, isoOrNull, jsonText } from "../database.ts";

export type HttpContext = Profile["httpContext"];

/** What a user may change, and a version keeps. */
export type ProfileContent = {
  filters: ReputationFilters;
  customRules: string;
  httpContext: HttpContext;
};

type ProfileRow = {
  id: ProfileId;
  name: string;
  version: number;
  filters: ReputationFilters;
  custom_rules: string;
  http_context: HttpContext;
  distributed_version: number | null;
  last_distributed: Date | null;
  devices: number;
};

function profileOf(row: ProfileRow): Profile {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    distributedVersion: row.distributed_version,
    lastDistributed: isoOrNull(row.last_distributed),
    changed: row.version !== row.distributed_version,
    devices: row.devices,
    filters: row.filters,
    customRules: row.custom_rules,
    httpContext: row.http_context,
  };
}

const PROFILE = sql`p.id, p.name, p.version, p.filters, p.custom_rules, p.http_context,
  p.distributed_version, p.last_distributed,
  (select count(*)::integer from device d where d.profile = p.id and d.removed is null) as devices`;

export async function listProfiles(db: Executor): Promise<Profile[]> {
  const { rows } = await sql<ProfileRow>`select ${PROFILE} from profile p order by p.name`.execute(
    db,
  );
  return rows.map(profileOf);
}

export async function findProfile(db: Executor, id: ProfileId): Promise<Profile | undefined> {
  const { rows } = await sql<ProfileRow>`
    select ${PROFILE} from profile p where p.id = ${id}`.execute(db);
  return rows.map(profileOf)[0];
}

/** Waits for, and keeps others from, changing the profile. */
export async function lockProfile(db: Executor, id: ProfileId): Promise<Profile | undefined> {
  const { rows } = await sql<ProfileRow>`
    select ${PROFILE} from profile p where p.id = ${id} for no key update of p`.execute(db);
  return rows.map(profileOf)[0];
}

export async function defaultProfileId(db: Executor): Promise<ProfileId> {
  const { rows } = await sql<{ id: ProfileId }>`select id from profile where is_default`.execute(
    db,
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error("there is no default profile");
  return id;
}

/** Does nothing when there is a default profile already. */
export async function insertDefaultProfile(
  db: Executor,
  profile: { id: ProfileId; name: string } & ProfileContent,
): Promise<void> {
  await sql`
    insert into profile (id, name, version, filters, custom_rules, http_context, is_default)
    values (${profile.id}, ${profile.name}, 1, ${jsonText(profile.filters)}::jsonb,
      ${profile.customRules}, ${jsonText(profile.httpContext)}::jsonb, true)
    on conflict (is_default) where is_default do nothing`.execute(db);
}

export async function saveProfile(
  db: Executor,
  id: ProfileId,
  version: number,
  content: ProfileContent,
): Promise<void> {
  await sql`
    update profile set version = ${version}, filters = ${jsonText(content.filters)}::jsonb,
      custom_rules = ${content.customRules},
      http_context = ${jsonText(content.httpContext)}::jsonb
    where id = ${id}`.execute(db);
}

export async function insertVersion(
  db: Executor,
  id: ProfileId,
  version: number,
  content: ProfileContent,
  saved: { at: Date; by: string },
): Promise<void> {
  await sql`
    insert into profile_version
      (profile, version, filters, custom_rules, http_context, saved, saved_by)
    values (${id}, ${version}, ${jsonText(content.filters)}::jsonb, ${content.customRules},
      ${jsonText(content.httpContext)}::jsonb, ${saved.at}, ${saved.by})
    on conflict do nothing`.execute(db);
}

export async function markDistributed(
  db: Executor,
  id: ProfileId,
  version: number,
  at: Date,
): Promise<void> {
  await sql`
    update profile set distributed_version = ${version}, last_distributed = ${at}
    where id = ${id}`.execute(db);
}
