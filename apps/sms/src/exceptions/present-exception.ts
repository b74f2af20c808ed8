import type { ExceptionScope, ReputationException } from "@breakwater/protocol";
import { type Executor, iso, isoOrNull } from "../database.ts";
import { countCovered, coveredOf, entriesCovering } from "../reputation/index.ts";
import { BY_EXPIRY, type ExceptionRow } from "./store.ts";

const MOST_COUNTED = 1000;

export async function presentException(
  db: Executor,
  row: ExceptionRow,
): Promise<ReputationException> {
  const { id, type, value, owner, reason } = row;
  const covering = await entriesCovering(db, { type, value });
  const lifted = new Set(coveredOf({ type, value }, covering));
  return {
    id,
    type,
    value,
    scope: scopeOf(row),
    owner,
    reason,
    expires: isoOrNull(row.expires),
    created: iso(row.created),
    createdBy: row.created_by,
    state: row.ended === null ? "active" : row.ended_by === BY_EXPIRY ? "expired" : "ended",
    ended: isoOrNull(row.ended),
    endedBy: row.ended_by,
    covers: await countCovered(db, { type, value }, MOST_COUNTED),
    stillCoveredBy: covering.filter((one) => !lifted.has(one)),
  };
}

function scopeOf({ scope, profile, filter }: ExceptionRow): ExceptionScope {
  if (scope === "all" || profile === null) return { kind: "all" };
  return filter === null ? { kind: "profile", profile } : { kind: "filter", profile, filter };
}
