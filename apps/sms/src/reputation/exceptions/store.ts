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
