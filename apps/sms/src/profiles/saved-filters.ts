import type { Criteria } from "@breakwater/protocol";
import type { Executor } from "../database.ts";
import { listProfiles } from "./store.ts";

/** The reputation filters of all profiles, as saved. */
export async function savedFilters(
  db: Executor,
): Promise<{ profile: string; filter: string; criteria: Criteria }[]> {
  const profiles = await listProfiles(db);
  return profiles.flatMap(({ name: profile, filters }) =>
    filters.map(({ name: filter, criteria }) => ({ profile, filter, criteria })),
  );
}
