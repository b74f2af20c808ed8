import { type ProfileId, ReputationFilters, type SetId, type Sha256 } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Executor } from "../database.ts";
import type { SetUse } from "../reputation/index.ts";

type UseRow = {
  id: ProfileId;
  name: string;
  sha256: Sha256;
  set: SetId;
  filters: unknown;
};

/** Which set each distributed profile selects through, and what its filters are called. */
export async function listSetUses(db: Executor): Promise<SetUse[]> {
  const { rows } = await sql<UseRow>`
    select p.id, p.name, b.sha256, b.set, convert_from(b.bytes, 'UTF8')::jsonb->'filters' as filters
    from profile p join bundle b on b.sha256 = p.distributed_bundle order by p.name`.execute(db);
  return rows.map(({ id, name, set, filters }) => ({
    set,
    profile: { id, name },
    filters: new Map(
      ReputationFilters.parse(filters).map((filter) => [
        filter.number,
        { name: filter.name, actionSet: filter.actionSet.name, flow: filter.actionSet.flow },
      ]),
    ),
  }));
}
