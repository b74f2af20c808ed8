import type { Query, SetId } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Executor } from "../../database.ts";
import { liveExceptions } from "../exceptions/store.ts";
import { type SetDefinition, setDefinition } from "../sets/set-store.ts";
import { liftedSql } from "./lifted-sql.ts";
import type { SearchContext } from "./plan-search.ts";
import type { FleetView } from "./present-entries.ts";
import { readTallies } from "./search-tallies.ts";
import type { StateFacts } from "./state-sql.ts";

/** What a query is answered from besides the entries; `now` in ms. Filters are read when asked for. */
export async function searchContext(
  db: Executor,
  fleet: FleetView,
  query: Query,
  now: number,
  states = false,
): Promise<SearchContext> {
  const tallies = await readTallies(db);
  const facts = states || query.terms.some(({ test }) => LOOKS_AT_STATES.has(test.field));
  return {
    now,
    fleet,
    tallies,
    names: fleet.names,
    facts: facts ? await stateFacts(db, fleet) : NO_FACTS,
  };
}

const LOOKS_AT_STATES: ReadonlySet<string> = new Set(["state", "is", "filter", "profile"]);

const NO_FACTS: StateFacts = {
  targets: [],
  definitions: new Map(),
  versions: new Map(),
  anyReported: false,
  lifted: undefined,
};

async function stateFacts(db: Executor, fleet: FleetView): Promise<StateFacts> {
  const wanted = new Set([
    ...fleet.targets.flatMap(({ set }) => set ?? []),
    ...fleet.uses.map(({ set }) => set),
  ]);
  const definitions = new Map<SetId, SetDefinition>();
  for (const set of wanted) {
    const definition = await setDefinition(db, set);
    if (definition !== undefined) definitions.set(set, definition);
  }
  return {
    targets: fleet.targets,
    definitions,
    versions: new Map(fleet.sets.map(({ set, version }) => [set, version])),
    anyReported: await isAnyReported(db),
    lifted: liftedSql(await liveExceptions(db)),
  };
}

async function isAnyReported(db: Executor): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    select exists (select 1 from device_exception) as any`.execute(db);
  return rows[0]?.any ?? false;
}
