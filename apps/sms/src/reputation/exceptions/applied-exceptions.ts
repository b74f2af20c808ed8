import type { AppliedException } from "@breakwater/protocol";
import { CoverIndex } from "@breakwater/reputation-set";
import { type Executor, isoOrNull } from "../../database.ts";
import type { EntryKey } from "../entries/entry-state.ts";
import { exceptionDetails } from "./store.ts";

/** The exceptions that hold now and cover an entry. */
export async function appliedExceptions(
  db: Executor,
  { type, value }: EntryKey,
): Promise<AppliedException[]> {
  const details = await exceptionDetails(db);
  if (details.length === 0) return [];
  const index = new CoverIndex(
    details.map((one) => ({ type: one.type, value: one.value, item: one })),
  );
  return index.covering(type, value).map((one) => ({
    id: one.id,
    value: one.value,
    scope: one.scope,
    reason: one.reason,
    owner: one.owner,
    expires: isoOrNull(one.expires),
  }));
}
