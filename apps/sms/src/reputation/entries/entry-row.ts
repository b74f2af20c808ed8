import type { ScanAction, Severity, Tags } from "@breakwater/protocol";
import { canonicalJson, type EntryChange, type StoredEntry } from "./change-plan.ts";
import {
  type AssertionState,
  allTags,
  type EntryKey,
  type EntryState,
  type Hold,
  ownTags,
  type Release,
} from "./entry-state.ts";
import type { SourceNames } from "./source-names.ts";

/** An assertion as the column `assertions` holds it; migration 0007 says what the letters mean. */
export type StoredAssertion = {
  s: number;
  sev?: Severity;
  act?: ScanAction;
  d?: string;
  t: number;
  x?: number;
  tags?: Tags;
  held?: Hold;
  rel?: Release;
};

/** The columns that make up a state. Sources that are held back have a minus sign. */
export type StateColumns = EntryKey & {
  severity: Severity | null;
  scan_action: ScanAction | null;
  sources: number[];
  tags: Tags;
  held: boolean;
  expires: Date | null;
};

export type EntryColumns = StateColumns & {
  id: string;
  assertions: StoredAssertion[];
  revision: number;
};

export function entryState(row: StateColumns, names: SourceNames): EntryState {
  const { severity, scan_action: scanAction, held } = row;
  const expires = row.expires?.getTime() ?? null;
  const counting = held ? row.sources : row.sources.filter((id) => id > 0);
  return {
    severity,
    scanAction,
    tags: allTags(row.tags, { severity, scanAction, expires }),
    sources: counting.map((id) => names.nameOf(Math.abs(id))).toSorted(),
    expires,
    held,
  };
}

export function storedEntry(row: EntryColumns, names: SourceNames): StoredEntry {
  const { id, type, value, revision, tags } = row;
  const assertions = row.assertions.map((one) => assertionState(one, tags, names));
  return { id, type, value, state: entryState(row, names), assertions, revision };
}

/** `entryTags`: the entry's own, which an assertion without tags has as well. */
export function assertionState(
  one: StoredAssertion,
  entryTags: Tags,
  names: SourceNames,
): AssertionState {
  return {
    source: names.nameOf(one.s),
    severity: one.sev ?? null,
    scanAction: one.act ?? null,
    tags: one.tags ?? entryTags,
    description: one.d ?? "",
    since: one.t,
    expires: one.x ?? null,
    held: one.held ?? null,
    released: one.rel ?? null,
  };
}

/** What is written for an entry that stays; times in ms since 1970. */
export type EntryRecord = EntryKey & {
  severity: Severity | null;
  scanAction: ScanAction | null;
  sources: number[];
  tags: Tags;
  assertions: StoredAssertion[];
  held: boolean;
  expires: number | null;
  due: number | null;
  /** Of the last change that a set may have felt. */
  revision: number;
};

export function entryRecord(
  { type, value, assertions }: EntryChange,
  after: EntryState,
  names: SourceNames,
  revision: number,
): EntryRecord {
  const [only, ...others] = assertions;
  const tags = ownTags(only !== undefined && others.length === 0 ? only.tags : after.tags);
  const tagText = others.length === 0 ? undefined : canonicalJson(tags);
  return {
    type,
    value,
    severity: after.severity,
    scanAction: after.scanAction,
    sources: assertions.map((one) => names.idOf(one.source) * (one.held === null ? 1 : -1)),
    tags,
    assertions: assertions.map((one) => storedAssertion(one, names, tagText)),
    held: after.held,
    expires: after.expires,
    due: earliestEnd(assertions),
    revision,
  };
}

/** @param tagText the entry's tags, canonical; undefined when the assertion has the same for certain */
function storedAssertion(
  one: AssertionState,
  names: SourceNames,
  tagText: string | undefined,
): StoredAssertion {
  const stored: StoredAssertion = { s: names.idOf(one.source), t: one.since };
  if (one.severity !== null) stored.sev = one.severity;
  if (one.scanAction !== null) stored.act = one.scanAction;
  if (one.description !== "") stored.d = one.description;
  if (one.expires !== null) stored.x = one.expires;
  if (tagText !== undefined && canonicalJson(one.tags) !== tagText) stored.tags = one.tags;
  if (one.held !== null) stored.held = one.held;
  if (one.released !== null) stored.rel = one.released;
  return stored;
}

function earliestEnd(assertions: readonly AssertionState[]): number | null {
  let earliest: number | null = null;
  for (const { expires } of assertions) {
    if (expires !== null && (earliest === null || expires < earliest)) earliest = expires;
  }
  return earliest;
}
