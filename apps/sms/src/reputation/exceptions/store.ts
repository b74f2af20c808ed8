import type { ProfileId } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Executor } from "../../database.ts";
import type { EntryKey } from "../entries/entry-state.ts";
import type { ExceptionScope, LiveException } from "./exception-index.ts";

type ScopeRow = { scope: string; profile: ProfileId | null; filter: number | null };

/** The exceptions that have not ended. */
export async function liveExceptions(db: Executor): Promise<LiveException[]> {
  const { rows } = await sql<EntryKey & ScopeRow>`
    select type, value, scope, profile, filter from reputation_exception
    where ended is null`.execute(db);
  return rows.map((row) => ({ type: row.type, value: row.value, scope: scopeOf(row) }));
}

function scopeOf({ profile, filter }: ScopeRow): ExceptionScope {
  if (profile === null) return { kind: "all" };
  return filter === null ? { kind: "profile", profile } : { kind: "filter", profile, filter };
}

export type ExceptionDetails = EntryKey & {
  id: string;
  /** In words. */
  scope: string;
  reason: string;
  owner: string;
  expires: Date | null;
};

/** The same with what people want to know of them. */
export async function exceptionDetails(db: Executor): Promise<ExceptionDetails[]> {
  const { rows } = await sql<ExceptionDetails>`
    select x.id, x.type, x.value, x.reason, x.owner, x.expires, case
        when x.filter is not null then 'filter ' || x.filter || ' of profile ' || p.name
        when x.profile is not null then 'profile ' || p.name
        when x.device_group is not null then 'device group ' || x.device_group
        else 'all' end as scope
    from reputation_exception x left join profile p on p.id = x.profile
    where x.ended is null order by x.created`.execute(db);
  return rows;
}
