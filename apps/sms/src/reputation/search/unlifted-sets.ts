import type { Executor } from "../../database.ts";
import { ExceptionIndex } from "../exceptions/exception-index.ts";
import type { LiveSet, LiveSets } from "../sets/live-sets.ts";

/** Every set as it would be without exceptions; undefined when there are none. */
export async function unliftedSets(
  db: Executor,
  liveSets: LiveSets,
): Promise<LiveSet[] | undefined> {
  if ((await liveSets.exceptions(db)).isEmpty) return undefined;
  return liveSets.under(db, new ExceptionIndex([]));
}
