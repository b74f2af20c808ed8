import {
  type AppliedException,
  type EntryDetail,
  SEVERITIES,
  type Severity,
} from "@breakwater/protocol";
import {
  type AssertionState,
  type EntryKey,
  type EntryState,
  effectiveState,
  LOCAL_SOURCE,
} from "../entries/entry-state.ts";
import type { LiveSet } from "../sets/live-sets.ts";
import { listOf } from "./explanation.ts";
import type { FleetView } from "./present-entries.ts";

export type WouldChange = {
  row: EntryKey;
  assertions: readonly AssertionState[];
  exceptions: readonly AppliedException[];
  fleet: FleetView;
  now: number;
};

type Change = EntryDetail["wouldChange"][number];

/**
 * What would make a difference, in the order in which it is likely to come: each is tried on the
 * filters of the distributed profiles, as they are.
 */
export function wouldChange(given: WouldChange): Change[] {
  const { assertions } = given;
  const nowTaken = takenBy(given, effectiveState(assertions));
  return [
    ...endings(given, nowTaken),
    ...releases(given, nowTaken),
    ...exceptionEnds(given, nowTaken),
    ...severities(given, nowTaken),
  ];
}

/** The first of the distributed profiles' filters that takes a state, in words. */
function takenBy(
  { row: { type, value }, fleet }: WouldChange,
  state: EntryState | undefined,
  sets: readonly LiveSet[] = fleet.sets,
): string | undefined {
  if (state === undefined) return undefined;
  for (const use of fleet.uses) {
    const filter = sets.find(({ set }) => set === use.set)?.select({ type, value, ...state });
    const details = filter === undefined ? undefined : use.filters.get(filter);
    if (details === undefined) continue;
    return `the filter "${details.name}" of profile "${use.profile.name}" takes it (${details.actionSet})`;
  }
  return undefined;
}

function endings(given: WouldChange, before: string | undefined): Change[] {
  const { assertions } = given;
  return assertions
    .toSorted((one, other) => (one.expires ?? Infinity) - (other.expires ?? Infinity))
    .map((gone) => {
      const rest = assertions.filter((one) => one !== gone);
      const when =
        gone.expires === null
          ? `"${gone.source}" withdraws it`
          : `"${gone.source}" ends on ${new Date(gone.expires).toISOString()}, or withdraws it before`;
      return { change: when, effect: effectOfRest(given, rest, before) };
    });
}

function effectOfRest(
  given: WouldChange,
  rest: readonly AssertionState[],
  before: string | undefined,
): string {
  if (rest.length === 0) return "Nobody asserts it any more: the entry goes, and traffic passes.";
  const after = takenBy(given, effectiveState(rest));
  const others = listOf(rest.map(({ source }) => source));
  if (after === before) return `Nothing changes: ${others} still asserts it.`;
  return after === undefined
    ? `${others} still asserts it, but no filter takes it any more.`
    : `${others} still asserts it; ${after}.`;
}

function releases(given: WouldChange, before: string | undefined): Change[] {
  const { assertions } = given;
  if (!assertions.some(({ held }) => held !== null)) return [];
  const free = assertions.map((one) => ({ ...one, held: null }));
  const after = takenBy(given, effectiveState(free));
  if (after === before) return [];
  return [{ change: "It is released", effect: sentence(after) }];
}

function exceptionEnds(given: WouldChange, before: string | undefined): Change[] {
  const { exceptions, fleet, assertions } = given;
  if (exceptions.length === 0 || fleet.unlifted === undefined) return [];
  const after = takenBy(given, effectiveState(assertions), fleet.unlifted);
  if (after === before) return [];
  const names = listOf(exceptions.map(({ value }) => value));
  const change =
    exceptions.length === 1 ? `The exception for ${names} ends` : `The exceptions for ${names} end`;
  return [{ change, effect: sentence(after) }];
}

function severities(given: WouldChange, before: string | undefined): Change[] {
  const present = effectiveState(given.assertions)?.severity ?? null;
  return SEVERITIES.filter((severity) => severity !== present).flatMap((severity) => {
    const after = takenBy(given, effectiveState(withSeverity(given, severity)));
    if (after === before) return [];
    return [{ change: `Its severity is set to ${severity}`, effect: sentence(after) }];
  });
}

/** As if users of this SMS said so: the highest severity counts, so what others say is left out. */
function withSeverity({ assertions, now }: WouldChange, severity: Severity): AssertionState[] {
  const own = assertions.find(({ source }) => source === LOCAL_SOURCE);
  const local: AssertionState = {
    scanAction: null,
    tags: {},
    description: "",
    since: now,
    expires: null,
    held: null,
    released: null,
    ...own,
    source: LOCAL_SOURCE,
    severity,
  };
  const others = assertions.filter((one) => one !== own);
  return [...others.map((one) => ({ ...one, severity: null })), local];
}

function sentence(taken: string | undefined): string {
  if (taken === undefined) return "No filter takes it any more.";
  return `${taken.charAt(0).toUpperCase()}${taken.slice(1)}.`;
}
