import type { EntryState, SetId } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Condition, takesSql } from "../sets/criteria-sql.ts";
import type { SetDefinition } from "../sets/set-store.ts";
import type { Target } from "./enforcement.ts";

export type StateFacts = {
  targets: readonly Target[];
  /** Filters of the sets that targets should have. */
  definitions: ReadonlyMap<SetId, SetDefinition>;
  /** Where each set stands. */
  versions: ReadonlyMap<SetId, number>;
  /** Some device reports entries that it does not hold. */
  anyReported: boolean;
  /** Entries that exceptions lift; undefined: there are none. */
  lifted: Condition | undefined;
};

/** A comparison with the revision of an entry: devices have what is not newer. */
type Reached = "all" | "none" | number;

/**
 * A condition that holds for every entry in one of the states, and for few others: what devices
 * report and what exceptions lift of single filters is looked at row by row afterwards.
 */
export function stateSql(states: readonly EntryState[], facts: StateFacts): Condition {
  const parts = states.map((state) => oneStateSql(state, facts));
  return parts.length === 0 ? sql`false` : sql`(${sql.join(parts, sql` or `)})`;
}

function oneStateSql(state: EntryState, facts: StateFacts): Condition {
  const sets = setsOf(facts);
  const hasDevices = facts.targets.length > 0;
  const selected = anyOf(sets.map(({ takes }) => takes));
  const reported = facts.anyReported
    ? sql`(e.type, e.value) in (select type, value from device_exception)`
    : sql`false`;
  const reportedToo = (condition: Condition) =>
    sql`(not e.held and (${condition} or ${selected} and ${reported}))`;
  switch (state) {
    case "held":
      return sql`e.held`;
    case "excepted":
      return facts.lifted === undefined ? sql`false` : sql`(not e.held and ${facts.lifted})`;
    case "no-device":
      return hasDevices ? sql`false` : sql`not e.held`;
    case "no-filter":
      return hasDevices ? sql`(not e.held and not ${selected})` : sql`false`;
    case "in-force":
      return sql`(not e.held and ${selected} and ${onAll(sets)})`;
    case "partly":
      return reportedToo(sql`${selected} and ${onAny(sets)} and not ${onAll(sets)}`);
    case "pending":
      return reportedToo(sql`${selected} and not ${onAny(sets)}`);
    case "failed":
      return sql`(not e.held and ${selected} and ${reported})`;
  }
}

type TargetedSet = { takes: Condition; least: Reached; most: Reached };

function setsOf({ targets, definitions, versions }: StateFacts): TargetedSet[] {
  const wanted = [...new Set(targets.flatMap(({ set }) => set ?? []))];
  return wanted.flatMap((set) => {
    const definition = definitions.get(set);
    if (definition === undefined) return [];
    const reached = targets
      .filter((target) => target.set === set)
      .map((target) => reachedBy(target, versions.get(set) ?? 0));
    const takes = anyOf(definition.filters.map((filter) => takesSql(filter)));
    return [{ takes, least: extreme(reached, Math.min), most: extreme(reached, Math.max) }];
  });
}

function reachedBy({ set, acknowledged, running }: Target, version: number): Reached {
  if (!running || acknowledged === null || acknowledged.set !== set) return "none";
  return acknowledged.version >= version ? "all" : acknowledged.version;
}

function extreme(reached: readonly Reached[], pick: (...all: number[]) => number): Reached {
  const found = pick(...reached.map(numberOf));
  if (found === Number.POSITIVE_INFINITY) return "all";
  return found === Number.NEGATIVE_INFINITY ? "none" : found;
}

function numberOf(reached: Reached): number {
  if (reached === "all") return Number.POSITIVE_INFINITY;
  return reached === "none" ? Number.NEGATIVE_INFINITY : reached;
}

function onAll(sets: readonly TargetedSet[]): Condition {
  const missing = sets.flatMap(({ takes, least }) =>
    least === "all" ? [] : [sql`${takes} and not ${reachedSql(least)}`],
  );
  return sql`not ${anyOf(missing)}`;
}

function onAny(sets: readonly TargetedSet[]): Condition {
  return anyOf(
    sets.flatMap(({ takes, most }) =>
      most === "none" ? [] : [sql`${takes} and ${reachedSql(most)}`],
    ),
  );
}

function reachedSql(reached: Reached): Condition {
  if (reached === "all") return sql`true`;
  return reached === "none" ? sql`false` : sql`e.revision <= ${reached}`;
}

function anyOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`false` : sql`(${sql.join(conditions, sql` or `)})`;
}

/**
 * The least revision that entries waiting for a device can have; undefined when every entry could
 * wait, null when none does.
 */
export function waitingSince({ targets, versions }: StateFacts): number | null | undefined {
  let least = Number.POSITIVE_INFINITY;
  for (const target of targets) {
    if (target.set === null) continue;
    least = Math.min(least, numberOf(reachedBy(target, versions.get(target.set) ?? 0)));
  }
  if (least === Number.POSITIVE_INFINITY) return null;
  return least === Number.NEGATIVE_INFINITY ? undefined : least;
}

/** The state of each entry, for counting; what devices report and exceptions lift is left out. */
export function stateOfSql(facts: StateFacts): Condition {
  const sets = setsOf(facts);
  const selected = anyOf(sets.map(({ takes }) => takes));
  if (facts.targets.length === 0) return sql`(case when e.held then 'held' else 'no-device' end)`;
  return sql`(case when e.held then 'held' when not ${selected} then 'no-filter'
    when ${onAll(sets)} then 'in-force' when ${onAny(sets)} then 'partly' else 'pending' end)`;
}
