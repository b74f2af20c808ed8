import {
  type AssertionState,
  type EntryKey,
  type EntryState,
  effectiveState,
} from "./entry-state.ts";

/** One thing a source says (or, with `assertion: null`, no longer says) about an entry. */
export type EntryEdit = EntryKey & { source: string; assertion: NewAssertion | null };

/** `since` is kept by the database: it is the moment the source began to assert the entry. */
export type NewAssertion = Omit<AssertionState, "source" | "since">;

/** An entry as stored. */
export type StoredEntry = EntryKey & {
  id: string;
  state: EntryState;
  assertions: AssertionState[];
};

export type EditOutcome = "added" | "changed" | "unchanged" | "withdrawn" | "not-asserted";

export type EntryChange = EntryKey & {
  /** Undefined: the entry goes. */
  after: EntryState | undefined;
  isNew: boolean;
  upserts: AssertionState[];
  withdrawals: string[];
};

export type ChangePlan = {
  changes: EntryChange[];
  /** One per edit, in order. */
  outcomes: EditOutcome[];
};

export function keyOf({ type, value }: EntryKey): string {
  return `${type} ${value}`;
}

type Draft = {
  key: EntryKey;
  before: StoredEntry | undefined;
  assertions: Map<string, AssertionState>;
};

/** What edits, applied in order, do to what is stored. Pure; `now` in ms. */
export function planChanges(
  edits: readonly EntryEdit[],
  stored: ReadonlyMap<string, StoredEntry>,
  now: number,
): ChangePlan {
  const drafts = new Map<string, Draft>();
  const outcomes = edits.map((edit) => {
    const draft = drafts.get(keyOf(edit)) ?? draftOf(edit, stored.get(keyOf(edit)));
    drafts.set(keyOf(edit), draft);
    return applyEdit(draft, edit, now);
  });
  const changes = [...drafts.values()].flatMap((draft) => changeOf(draft) ?? []);
  return { changes, outcomes };
}

function draftOf({ type, value }: EntryKey, before: StoredEntry | undefined): Draft {
  const assertions = new Map(before?.assertions.map((one) => [one.source, one]) ?? []);
  return { key: { type, value }, before, assertions };
}

function applyEdit({ assertions }: Draft, edit: EntryEdit, now: number): EditOutcome {
  const present = assertions.get(edit.source);
  if (edit.assertion === null) {
    return assertions.delete(edit.source) ? "withdrawn" : "not-asserted";
  }
  const next = { ...edit.assertion, source: edit.source, since: present?.since ?? now };
  if (present !== undefined && isSameAssertion(present, next)) return "unchanged";
  const isFirst = assertions.size === 0;
  assertions.set(edit.source, next);
  return isFirst ? "added" : "changed";
}

function changeOf({ key, before, assertions }: Draft): EntryChange | undefined {
  const old = new Map(before?.assertions.map((one) => [one.source, one]) ?? []);
  const upserts = [...assertions.values()].filter((one) => old.get(one.source) !== one);
  const withdrawals = [...old.keys()].filter((source) => !assertions.has(source));
  if (upserts.length === 0 && withdrawals.length === 0) return undefined;
  const after = effectiveState([...assertions.values()]);
  return { ...key, after, isNew: before === undefined, upserts, withdrawals };
}

/** Key order does not matter; stored tags come back in another order. */
function isSameAssertion(left: AssertionState, right: AssertionState): boolean {
  return (
    left.severity === right.severity &&
    left.scanAction === right.scanAction &&
    left.description === right.description &&
    left.expires === right.expires &&
    canonicalJson(left.tags) === canonicalJson(right.tags)
  );
}

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
