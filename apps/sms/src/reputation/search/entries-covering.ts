import type { EntryId } from "@breakwater/protocol";
import type { Executor } from "../../database.ts";
import type { EntryKey } from "../entries/entry-state.ts";
import { coveringKeys } from "./covering-keys.ts";
import { entriesAt } from "./store.ts";

/** Entries that cover a value: itself, ranges around it, parents of a name. */
export async function entriesCovering(
  db: Executor,
  key: EntryKey,
): Promise<(EntryKey & { id: EntryId })[]> {
  const rows = await entriesAt(db, coveringKeys(key));
  return rows.map(({ id, type, value }) => ({ id, type, value }));
}
