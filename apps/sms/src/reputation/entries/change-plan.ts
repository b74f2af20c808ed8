import type { Tags, TagValue } from "@breakwater/protocol";
import {
  type AssertionState,
  type EntryKey,
  type EntryState,
  effectiveState,
  type Hold,
  type Release,
} from "./entry-state.ts";

/** One thing a source says (or, with `assertion: null`, no longer says) about an entry. */
export type EntryEdit = EntryKey & {
  source: string;
  assertion: NewAssertion | null;
  /** Lets it through whatever the safeguards say. */
  release?: Release;
};

/** `since` is kept by the database: it is the moment the source began to assert the entry. */
export type NewAssertion = Omit<AssertionState, "source" | "since" | "held" | "released">;

/** An entry as stored. */
export type StoredEntry = EntryKey & {
  id: string;
  state: EntryState;
  assertions: AssertionState[];
  revision: number;
};

export type EditOutcome = "added" | "changed" | "unchanged" | "held" | "withdrawn" | "not-asserted";

export type EntryChange = EntryKey & {
  /** Undefined: the entry is new. */
  before: StoredEntry | undefined;
  /** Undefined: the entry goes. */
  after: EntryState | undefined;
  assertions: readonly AssertionState[];
};

export type ChangePlan = {
  changes: EntryChange[];
  /** One per edit, in order. */
  outcomes: EditOutcome[];
  /** Why an edit is held, by {@link keyOf}. */
  holds: Map<string, Hold>;
};

/** Why a safeguard holds an entry back; undefined: nothing speaks against it. */
export type Guard = (key: EntryKey) => Omit<Hold, "since"> | undefined;

export type PlanContext = { now: number; guard: Guard };

export function keyOf({ type, value }: EntryKey): string {
  return `${type} ${value}`;
}

type Draft = {
  key: EntryKey;
  before: StoredEntry | undefined;
  /** Replaced, never changed: it may be what is stored. */
  assertions: readonly AssertionState[];
};

/** What edits, applied in order, do to what is stored. Pure; `now` in ms. */
export function planChanges(
  edits: readonly EntryEdit[],
  stored: ReadonlyMap<string, StoredEntry>,
  context: PlanContext,
): ChangePlan {
  const drafts = new Map<string, Draft>();
  const holds = new Map<string, Hold>();
  const outcomes = edits.map((edit) => {
    const key = keyOf(edit);
    let draft = drafts.get(key);
    if (draft === undefined) {
      draft = draftOf(edit, stored.get(key));
      drafts.set(key, draft);
    }
    const outcome = applyEdit(draft, edit, context);
    const held = outcome === "held" ? assertionOf(draft, edit.source)?.held : undefined;
    if (held != null) holds.set(key, held);
    return outcome;
  });
  const changes: EntryChange[] = [];
  for (const draft of drafts.values()) {
    const change = changeOf(draft);
    if (change !== undefined) changes.push(change);
  }
  return { changes, outcomes, holds };
}

function draftOf({ type, value }: EntryKey, before: StoredEntry | undefined): Draft {
  return { key: { type, value }, before, assertions: before?.assertions ?? NOBODY };
}

const NOBODY: readonly AssertionState[] = [];

function assertionOf({ assertions }: Draft, source: string): AssertionState | undefined {
  return assertions.find((one) => one.source === source);
}

function applyEdit(draft: Draft, edit: EntryEdit, { now, guard }: PlanContext): EditOutcome {
  const present = assertionOf(draft, edit.source);
  if (edit.assertion === null) {
    if (present === undefined) return "not-asserted";
    draft.assertions = draft.assertions.filter((one) => one !== present);
    return "withdrawn";
  }
  const released = edit.release ?? present?.released ?? null;
  const hold = released === null ? guard(draft.key) : undefined;
  const { severity, scanAction, tags, description, expires } = edit.assertion;
  const next: AssertionState = {
    source: edit.source,
    severity,
    scanAction,
    tags,
    description,
    since: present?.since ?? now,
    expires,
    held: hold === undefined ? null : { ...hold, since: present?.held?.since ?? now },
    released,
  };
  if (present !== undefined && isSameAssertion(present, next)) return "unchanged";
  const isFirst = draft.assertions.length === 0;
  draft.assertions =
    present === undefined
      ? [...draft.assertions, next]
      : draft.assertions.map((one) => (one === present ? next : one));
  if (next.held !== null) return "held";
  return isFirst ? "added" : "changed";
}

function changeOf({ key, before, assertions }: Draft): EntryChange | undefined {
  if (before === undefined && assertions.length === 0) return undefined;
  if (before !== undefined && isSameList(before.assertions, assertions)) return undefined;
  const { type, value } = key;
  return { type, value, before, after: effectiveState(assertions), assertions };
}

/** Drafts keep the very objects that were stored. */
function isSameList(before: readonly AssertionState[], after: readonly AssertionState[]): boolean {
  return before.length === after.length && before.every((one, at) => one === after[at]);
}

/** Key order does not matter; stored tags come back in another order. */
function isSameAssertion(left: AssertionState, right: AssertionState): boolean {
  return (
    left.severity === right.severity &&
    left.scanAction === right.scanAction &&
    left.description === right.description &&
    left.expires === right.expires &&
    left.held?.code === right.held?.code &&
    (left.released === null) === (right.released === null) &&
    isSameTags(left.tags, right.tags)
  );
}

function isSameTags(left: Tags, right: Tags): boolean {
  if (left === right) return true;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSameValue(left[name], right[name]))
  );
}

function isSameValue(left: TagValue | undefined, right: TagValue | undefined): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  return left.length === right.length && left.every((one, at) => one === right[at]);
}

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
