import { sql } from "kysely";
import type { Executor } from "../../database.ts";
import type { StoredEntry } from "./change-plan.ts";
import { type EntryColumns, storedEntry } from "./entry-row.ts";
import { sourceNames } from "./source-names.ts";
import { ENTRY_COLUMNS } from "./store.ts";

/** Every entry there is, by value. */
export async function allEntries(db: Executor): Promise<StoredEntry[]> {
  const names = await sourceNames(db);
  const { rows } = await sql<EntryColumns>`
    select ${ENTRY_COLUMNS} from reputation_entry e order by e.value`.execute(db);
  return rows.map((row) => storedEntry(row, names));
}
