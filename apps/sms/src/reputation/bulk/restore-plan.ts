import {
  canonicalJson,
  type EntryChange,
  type Guard,
  type StoredEntry,
} from "../entries/change-plan.ts";
import { type AssertionState, type EntryKey, effectiveState } from "../entries/entry-state.ts";
import type { KeptAssertion } from "./trash-store.ts";

/** What one source is to say again: `before`, if it still says what the change made of it. */
export type Restoration = EntryKey & {
  source: string;
  before: KeptAssertion | null;
  after: KeptAssertion | null;
};

export type RestoreOutcome = "restored" | "changed-since" | "expired";

type Context = { now: number; guard: Guard };

/**
 * Puts back what sources said of one entry. What was held back or let through is again, with its
 * times; the safeguards of now decide about the rest. Pure; `now` in ms.
 */
export function planRestore(
  key: EntryKey,
  stored: StoredEntry | undefined,
  restorations: readonly Restoration[],
  context: Context,
): { outcomes: RestoreOutcome[]; change: EntryChange | undefined } {
  let assertions: readonly AssertionState[] = stored?.assertions ?? [];
  const outcomes = restorations.map(({ source, before, after }): RestoreOutcome => {
    const present = assertions.find((one) => one.source === source);
    if (!isSame(present, after, source)) return "changed-since";
    if (before?.expires != null && before.expires <= context.now) return "expired";
    const others = assertions.filter((one) => one !== present);
    assertions =
      before === null ? others : [...others, restored(key, { ...before, source }, context)];
    return "restored";
  });
  if (!outcomes.includes("restored")) return { outcomes, change: undefined };
  const { type, value } = key;
  const after = effectiveState(assertions);
  if (stored === undefined && after === undefined) return { outcomes, change: undefined };
  return { outcomes, change: { type, value, before: stored, after, assertions } };
}

function isSame(
  present: AssertionState | undefined,
  kept: KeptAssertion | null,
  source: string,
): boolean {
  if (present === undefined || kept === null) return present === undefined && kept === null;
  return canonicalJson(present) === canonicalJson({ ...kept, source });
}

function restored(key: EntryKey, one: AssertionState, { now, guard }: Context): AssertionState {
  if (one.held !== null || one.released !== null) return one;
  const hold = guard(key);
  return hold === undefined ? one : { ...one, held: { ...hold, since: now } };
}
