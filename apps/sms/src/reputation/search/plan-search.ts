import {
  durationMs,
  ENTRY_STATES,
  type EntryState,
  type Pattern,
  type Query,
  type QueryTest,
  type Trait,
} from "@breakwater/protocol";
import { sql } from "kysely";
import { LOCAL_SOURCE } from "../entries/entry-state.ts";
import type { SourceNames } from "../entries/source-names.ts";
import { type Condition, selectionSql, takesSql } from "../sets/criteria-sql.ts";
import { coveringKeys } from "./covering-keys.ts";
import { keysSql } from "./keys-sql.ts";
import type { FleetView, PresentedEntry } from "./present-entries.ts";
import type { SearchTallies } from "./search-tallies.ts";
import { type StateFacts, stateSql, waitingSince } from "./state-sql.ts";
import { tagTestSql } from "./tag-sql.ts";
import { dueSql, earliest, timesSql } from "./time-sql.ts";
import { wordSql } from "./word-sql.ts";

/** So many entries are put together and sorted; where an index finds more, the newest are walked. */
export const MOST_GATHERED = 10_000;
const DAY_MS = 86_400_000;

export type SearchContext = {
  /** In ms since 1970. */
  now: number;
  names: SourceNames;
  fleet: FleetView;
  tallies: SearchTallies;
  facts: StateFacts;
};

/** How a query is answered. All conditions are on `reputation_entry e`, and all must hold. */
export type SearchPlan = {
  /** An index finds these entries. */
  indexed: Condition[];
  /** To be looked at entry by entry. */
  others: Condition[];
  /** No entry added before this moment, in ms, can be among them. */
  addedSince: number | undefined;
  /** What the conditions leave open: exceptions, and what devices report. */
  checks: ((presented: PresentedEntry) => boolean)[];
  /** Known without looking; undefined: to be counted. */
  total: number | undefined;
};

/** A condition, and what an index can be asked for to find its entries. */
type TermPlan = {
  condition: Condition;
  index?: Condition | undefined;
  addedSince?: number | undefined;
  check?: ((presented: PresentedEntry) => boolean) | undefined;
};

export function planSearch(query: Query, context: SearchContext): SearchPlan {
  const plan: SearchPlan = {
    indexed: [],
    others: [],
    addedSince: undefined,
    checks: [],
    total: context.tallies.totalOf(query, context.names),
  };
  for (const { test, negated } of query.terms) {
    const term = negated ? negatedPlan(test, context) : termPlan(test, context);
    plan.others.push(term.condition);
    if (term.index !== undefined) plan.indexed.push(term.index);
    if (term.check !== undefined) plan.checks.push(term.check);
    if (term.addedSince !== undefined) {
      plan.addedSince = Math.max(plan.addedSince ?? 0, term.addedSince);
    }
  }
  return plan;
}

function negatedPlan(test: QueryTest, context: SearchContext): TermPlan {
  const states = statesOf(test);
  if (states !== undefined) {
    const others = ENTRY_STATES.filter((state) => !states.includes(state));
    return statesPlan(others, context);
  }
  const { condition, check } = termPlan(test, context);
  if (check === undefined) return { condition: sql`not coalesce(${condition}, false)` };
  return { condition: sql`true`, check: (presented) => !check(presented) };
}

/** The states that a test demands; undefined: it is about something else. */
function statesOf(test: QueryTest): readonly EntryState[] | undefined {
  if (test.field === "state") return test.values;
  if (test.field !== "is") return undefined;
  return test.values.every((value) => value === "held" || value === "excepted")
    ? (test.values as readonly EntryState[])
    : undefined;
}

function termPlan(test: QueryTest, context: SearchContext): TermPlan {
  const { now, tallies } = context;
  switch (test.field) {
    case "value":
      return indexed(anyOf(test.words.map(wordSql)));
    case "covering": {
      const keys = test.values.flatMap(({ as }) => (as === undefined ? [] : coveringKeys(as)));
      return indexed(keysSql(keys));
    }
    case "type": {
      const condition = sql`e.type = any(${test.values}::text[])`;
      const rare = tallies.ofTypes(test.values) <= MOST_GATHERED;
      return { condition, index: rare ? condition : undefined };
    }
    case "severity":
      return { condition: sql`e.severity = any(${test.values}::text[])` };
    case "action":
      return { condition: sql`e.scan_action = any(${test.values}::text[])` };
    case "source":
      return sourcePlan(test.values, context);
    case "tag":
      return { condition: tagTestSql(test.name, test.test) };
    case "has":
      return { condition: anyOf(test.values.map(traitSql)) };
    case "state":
      return statesPlan(test.values, context);
    case "is":
      return conditionsPlan(test, context);
    case "filter":
      return filtersPlan(test.values, undefined, context);
    case "profile":
      return filtersPlan(undefined, test.values, context);
    case "expires":
      return { condition: timesSql("expires", test.times, now), index: dueSql(test.times, now) };
    case "added":
      return {
        condition: timesSql("added", test.times, now),
        addedSince: earliest(test.times, now),
      };
    case "modified":
      return { condition: timesSql("modified", test.times, now) };
    case "seen":
      return indexed(seenSql(now - durationMs(test.within)));
  }
}

function indexed(condition: Condition): TermPlan {
  return { condition, index: condition };
}

function sourcePlan(patterns: readonly Pattern[], { names, tallies }: SearchContext): TermPlan {
  const ids = names.all
    .filter((name) => patterns.some((pattern) => matches(pattern, name)))
    .map((name) => names.idOf(name));
  if (ids.length === 0) return indexed(sql`false`);
  const condition = sql`e.sources && ${ids.flatMap((id) => [id, -id])}::integer[]`;
  const rare = tallies.ofSources(ids) <= MOST_GATHERED;
  return { condition, index: rare ? condition : undefined };
}

function statesPlan(states: readonly EntryState[], { facts }: SearchContext): TermPlan {
  const condition = stateSql(states, facts);
  const check = ({ entry }: PresentedEntry) => states.includes(entry.enforcement.state);
  return { condition, index: stateIndex(states, facts), check };
}

/** Entries that wait for a device have a revision that it has not reached. */
function stateIndex(states: readonly EntryState[], facts: StateFacts): Condition | undefined {
  if (states.every((state) => state === "excepted")) return facts.lifted ?? sql`false`;
  if (facts.anyReported || !states.every((state) => state === "pending" || state === "partly")) {
    return states.every((state) => state === "failed") && !facts.anyReported
      ? sql`false`
      : undefined;
  }
  const since = waitingSince(facts);
  if (since === undefined) return undefined;
  return since === null ? sql`false` : sql`e.revision > ${since}`;
}

function conditionsPlan(
  test: Extract<QueryTest, { field: "is" }>,
  context: SearchContext,
): TermPlan {
  const plans = test.values.map((value): TermPlan => {
    switch (value) {
      case "held":
      case "excepted":
        return statesPlan([value], context);
      case "new":
        return termPlan(
          { field: "added", times: [{ kind: "distance", op: "<", amount: 1, unit: "d" }] },
          context,
        );
      case "local":
        return sourcePlan([{ match: "exact", text: LOCAL_SOURCE }], context);
    }
  });
  const [only, another] = plans;
  if (only !== undefined && another === undefined) return only;
  const checks = plans.map(({ check }) => check);
  return {
    condition: anyOf(plans.map(({ condition }) => condition)),
    ...anyCheck(test, checks, context),
  };
}

/** Of several conditions only those about states need a second look, and each alone is enough. */
function anyCheck(
  test: Extract<QueryTest, { field: "is" }>,
  checks: readonly TermPlan["check"][],
  { now }: SearchContext,
): Pick<TermPlan, "check"> {
  if (checks.every((check) => check === undefined)) return {};
  return {
    check: (presented) =>
      test.values.some((value, at) => {
        if (value === "new") return Date.parse(presented.entry.created) >= now - DAY_MS;
        if (value === "local") return presented.entry.sources.includes(LOCAL_SOURCE);
        return checks[at]?.(presented) ?? false;
      }),
  };
}

/** Entries that a filter of a distributed profile takes. */
function filtersPlan(
  filters: readonly Pattern[] | undefined,
  profiles: readonly Pattern[] | undefined,
  { fleet, facts }: SearchContext,
): TermPlan {
  const wanted = fleet.uses.flatMap(({ set, profile, filters: own }) => {
    if (profiles !== undefined && !profiles.some((one) => matches(one, profile.name))) return [];
    const numbers = [...own]
      .filter(([, { name }]) => filters?.some((one) => matches(one, name)) ?? true)
      .map(([number]) => number);
    return [{ set, numbers }];
  });
  const conditions = wanted.flatMap(({ set, numbers }) => {
    const definition = facts.definitions.get(set);
    if (definition === undefined || numbers.length === 0) return [];
    if (filters === undefined) {
      const takes = anyOf(definition.filters.map((filter) => takesSql(filter)));
      return [sql`(not e.held and ${takes})`];
    }
    return [sql`${selectionSql(definition.filters)} = any(${numbers}::integer[])`];
  });
  // Exceptions are not part of the condition.
  if (facts.lifted === undefined) return { condition: anyOf(conditions) };
  const check = ({ memberships }: PresentedEntry) =>
    wanted.some(({ set, numbers }) =>
      memberships.some((one) => one.set === set && numbers.includes(one.filter)),
    );
  return { condition: sql`not e.held`, check };
}

function traitSql(trait: Trait): Condition {
  switch (trait) {
    case "tag":
      return sql`(e.tags <> '{}'::jsonb or e.severity is not null or e.scan_action is not null
        or e.expires is not null)`;
    case "expiry":
      return sql`e.expires is not null`;
    case "description":
      return sql`e.assertions @? '$[*].d'`;
    case "source":
      return sql`not e.held`;
    case "severity":
      return sql`e.severity is not null`;
    case "action":
      return sql`e.scan_action is not null`;
  }
}

function seenSql(since: number): Condition {
  return sql`(e.type, e.value) in (select type, value from event_entry
    where day >= ${new Date(since)}::date and last >= ${new Date(since)})`;
}

function matches({ match, text }: Pattern, name: string): boolean {
  const [wanted, given] = [text.toLowerCase(), name.toLowerCase()];
  switch (match) {
    case "exact":
      return given === wanted;
    case "prefix":
      return given.startsWith(wanted);
    case "suffix":
      return given.endsWith(wanted);
    case "substring":
      return given.includes(wanted);
  }
}

function anyOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`false` : sql`(${sql.join(conditions, sql` or `)})`;
}
