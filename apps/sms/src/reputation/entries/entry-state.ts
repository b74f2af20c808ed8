import {
  type EntryType,
  type ScanAction,
  SEVERITIES,
  type Severity,
  TAG,
  type Tags,
} from "@breakwater/protocol";

export type EntryKey = { type: EntryType; value: string };

/** Why a safeguard holds an assertion back; `since` in ms since 1970. */
export type Hold = { code: string; reason: string; remedy: string; since: number };

/** Somebody let it through although a safeguard would hold it; `at` in ms since 1970. */
export type Release = { by: string; at: number };

/** What one source says about an entry; times in ms since 1970. */
export type AssertionState = {
  source: string;
  severity: Severity | null;
  scanAction: ScanAction | null;
  tags: Tags;
  description: string;
  since: number;
  expires: number | null;
  /** It is stored, but does not count. */
  held: Hold | null;
  released: Release | null;
};

/** What holds for an entry when everything its sources say is put together. */
export type EntryState = {
  severity: Severity | null;
  scanAction: ScanAction | null;
  tags: Tags;
  sources: string[];
  expires: number | null;
  /** Every assertion is held back: the state is what would hold, and no filter selects it. */
  held: boolean;
};

/** The source name of what this SMS's own users assert. */
export const LOCAL_SOURCE = "Local";

/**
 * The effective state of an entry, or undefined when nobody asserts it any more. Precedence, first
 * to last: higher severity, `block` before `log`, older assertion, source name. Every tag category
 * comes from the first assertion that has it; the entry lives as long as its longest assertion.
 * Assertions that are held back count only when there are no others.
 */
export function effectiveState(assertions: readonly AssertionState[]): EntryState | undefined {
  const [only, ...others] = assertions;
  if (only === undefined) return undefined;
  if (others.length === 0) return stateOfOne(only);
  const free = assertions.filter((one) => one.held === null);
  const held = free.length === 0;
  const ordered = (held ? assertions : free).toSorted(byPrecedence);
  const severity = ordered.find((one) => one.severity !== null)?.severity ?? null;
  const scanAction = ordered.some((one) => one.scanAction === "block")
    ? "block"
    : (ordered.find((one) => one.scanAction !== null)?.scanAction ?? null);
  const expires = latestExpiry(ordered);
  return {
    severity,
    scanAction,
    tags: allTags(mergedTags(ordered), { severity, scanAction, expires }),
    sources: ordered.map((one) => one.source).toSorted(),
    expires,
    held,
  };
}

/** By far the most entries: it saves an import half of its time. */
function stateOfOne({
  source,
  severity,
  scanAction,
  expires,
  tags,
  held,
}: AssertionState): EntryState {
  return {
    severity,
    scanAction,
    tags: allTags(tags, { severity, scanAction, expires }),
    sources: [source],
    expires,
    held: held !== null,
  };
}

export function byPrecedence(left: AssertionState, right: AssertionState): number {
  return (
    Number(left.held !== null) - Number(right.held !== null) ||
    severityRank(left.severity) - severityRank(right.severity) ||
    actionRank(left.scanAction) - actionRank(right.scanAction) ||
    left.since - right.since ||
    (left.source < right.source ? -1 : Number(left.source > right.source))
  );
}

type Effective = Pick<EntryState, "severity" | "scanAction" | "expires">;

/** Entries of one import share their tags, and mostly the rest too: what was put together last. */
const lastMerged = new WeakMap<Tags, Effective & { tags: Tags }>();

/** The tags that severity, scan action and expiry stand for, in place of any that say otherwise. */
export function allTags(own: Tags, effective: Effective): Tags {
  const { severity, scanAction, expires } = effective;
  if (severity === null && scanAction === null && expires === null) return own;
  const last = lastMerged.get(own);
  if (last?.severity === severity && last.scanAction === scanAction && last.expires === expires)
    return last.tags;
  const tags = mergeTags(own, effective);
  lastMerged.set(own, { severity, scanAction, expires, tags });
  return tags;
}

function mergeTags(own: Tags, effective: Effective): Tags {
  const tags: Tags = { ...own };
  if (effective.severity !== null) tags[TAG.severity] = effective.severity;
  if (effective.scanAction !== null) tags[TAG.scanAction] = effective.scanAction;
  if (effective.expires !== null) tags[TAG.ttl] = new Date(effective.expires).toISOString();
  return tags;
}

/** Without those: what is left is what sources gave. */
export function ownTags(tags: Tags): Tags {
  if (!(TAG.severity in tags) && !(TAG.scanAction in tags) && !(TAG.ttl in tags)) return tags;
  const { [TAG.severity]: _s, [TAG.scanAction]: _a, [TAG.ttl]: _t, ...own } = tags;
  return own;
}

function mergedTags(ordered: readonly AssertionState[]): Tags {
  const tags = new Map<string, Tags[string]>();
  for (const { tags: given } of ordered) {
    for (const [name, value] of Object.entries(given)) if (!tags.has(name)) tags.set(name, value);
  }
  return Object.fromEntries(tags);
}

function latestExpiry(assertions: readonly AssertionState[]): number | null {
  let latest = 0;
  for (const { expires } of assertions) {
    if (expires === null) return null;
    latest = Math.max(latest, expires);
  }
  return latest;
}

function severityRank(severity: Severity | null): number {
  return severity === null ? SEVERITIES.length : SEVERITIES.indexOf(severity);
}

function actionRank(action: ScanAction | null): number {
  return action === "block" ? 0 : action === "log" ? 1 : 2;
}
