import {
  type EntryType,
  type ScanAction,
  SEVERITIES,
  type Severity,
  TAG,
  type Tags,
} from "@breakwater/protocol";

export type EntryKey = { type: EntryType; value: string };

/** What one source says about an entry; times in ms since 1970. */
export type AssertionState = {
  source: string;
  severity: Severity | null;
  scanAction: ScanAction | null;
  tags: Tags;
  description: string;
  since: number;
  expires: number | null;
};

/** What holds for an entry when everything its sources say is put together. */
export type EntryState = {
  severity: Severity | null;
  scanAction: ScanAction | null;
  tags: Tags;
  sources: string[];
  expires: number | null;
};

/** The source name of what this SMS's own users assert. */
export const LOCAL_SOURCE = "Local";

/**
 * The effective state of an entry, or undefined when nobody asserts it any more. Precedence, first
 * to last: higher severity, `block` before `log`, older assertion, source name. Every tag category
 * comes from the first assertion that has it; the entry lives as long as its longest assertion.
 */
export function effectiveState(assertions: readonly AssertionState[]): EntryState | undefined {
  const ordered = assertions.toSorted(byPrecedence);
  if (ordered.length === 0) return undefined;
  const severity = ordered.find((one) => one.severity !== null)?.severity ?? null;
  const scanAction = ordered.some((one) => one.scanAction === "block")
    ? "block"
    : (ordered.find((one) => one.scanAction !== null)?.scanAction ?? null);
  const expires = latestExpiry(ordered);
  return {
    severity,
    scanAction,
    tags: mergedTags(ordered, { severity, scanAction, expires }),
    sources: ordered.map((one) => one.source).toSorted(),
    expires,
  };
}

export function byPrecedence(left: AssertionState, right: AssertionState): number {
  return (
    severityRank(left.severity) - severityRank(right.severity) ||
    actionRank(left.scanAction) - actionRank(right.scanAction) ||
    left.since - right.since ||
    (left.source < right.source ? -1 : Number(left.source > right.source))
  );
}

function mergedTags(
  ordered: readonly AssertionState[],
  effective: Pick<EntryState, "severity" | "scanAction" | "expires">,
): Tags {
  const tags = new Map<string, Tags[string]>();
  for (const { tags: given } of ordered) {
    for (const [name, value] of Object.entries(given)) if (!tags.has(name)) tags.set(name, value);
  }
  if (effective.severity !== null) tags.set(TAG.severity, effective.severity);
  if (effective.scanAction !== null) tags.set(TAG.scanAction, effective.scanAction);
  if (effective.expires !== null) tags.set(TAG.ttl, new Date(effective.expires).toISOString());
  const sorted = [...tags].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(sorted);
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
