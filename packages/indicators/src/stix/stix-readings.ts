import type { Severity, Tags } from "@breakwater/protocol";
import type { Ignored, Indicator, Reading } from "../reading.ts";
import { Outcome } from "../values/outcome.ts";
import { READER_TAG, tagList } from "../values/reader-tags.ts";
import { shortened } from "../values/rejection.ts";
import { severityOfScore } from "../values/severity.ts";
import { markingNames } from "./markings.ts";
import { parsePattern } from "./parse-pattern.ts";
import { patternValues } from "./pattern-values.ts";
import { StixIndicator, StixObject } from "./stix-objects.ts";

/** Cyber observables: what was seen, with no word on whether it is bad. */
const OBSERVABLES = new Set([
  "artifact",
  "autonomous-system",
  "directory",
  "domain-name",
  "email-addr",
  "email-message",
  "file",
  "ipv4-addr",
  "ipv6-addr",
  "mac-addr",
  "mutex",
  "network-traffic",
  "observed-data",
  "process",
  "software",
  "url",
  "user-account",
  "windows-registry-key",
  "x509-certificate",
]);

/**
 * Readings of STIX 2.0 or 2.1 objects. `line` is the place of the object in the list, from 1, plus
 * `options.before`. Objects that are no indicators are counted by type; of several versions of an
 * object the newest counts.
 */
export function stixReadings(
  input: readonly unknown[],
  options: { now: number; before?: number },
): { readings: Reading[]; ignored: Ignored[] } {
  const outcome = new Outcome();
  const objects = input.map((item) => StixObject.safeParse(item).data);
  const known = objects.filter((object) => object !== undefined);
  const context = { ...options, markings: markingNames(known), newest: newestVersions(known) };
  for (const [index, object] of objects.entries()) {
    readObject(object, index + 1 + (options.before ?? 0), context, outcome);
  }
  return { readings: outcome.readings, ignored: outcome.ignored };
}

type Context = {
  now: number;
  markings: ReadonlyMap<string, string>;
  newest: ReadonlyMap<string, StixObject>;
};

function newestVersions(objects: readonly StixObject[]): ReadonlyMap<string, StixObject> {
  const newest = new Map<string, StixObject>();
  for (const object of objects) {
    const other = newest.get(object.id)?.modified ?? "";
    if ((object.modified ?? "") >= other) newest.set(object.id, object);
  }
  return newest;
}

function readObject(
  object: StixObject | undefined,
  line: number,
  context: Context,
  outcome: Outcome,
): void {
  if (object === undefined) outcome.ignore("objects without a type");
  else if (OBSERVABLES.has(object.type)) {
    outcome.ignore(`${object.type}: says what was seen, not that it is bad`);
  } else if (object.type !== "indicator") outcome.ignore(`${object.type}: no indicator`);
  else if (object.id.startsWith("indicator--") && context.newest.get(object.id) !== object) {
    outcome.ignore("indicator: an older version of another one");
  } else readIndicator(object, line, context, outcome);
}

function readIndicator(object: StixObject, line: number, context: Context, outcome: Outcome): void {
  const parsed = StixIndicator.safeParse(object);
  if (!parsed.success) {
    outcome.reject(line, "", `${object.id} has no pattern`, "Ask the publisher to correct it");
    return;
  }
  const indicator = parsed.data;
  const refusal = refusalOf(indicator, context.now);
  if (refusal !== undefined) {
    outcome.reject(line, indicator.pattern, `${object.id} ${refusal[0]}`, refusal[1]);
    return;
  }
  const pattern = parsePattern(indicator.pattern);
  if (!pattern.ok) {
    const remedy = "Ask the publisher to correct it";
    outcome.reject(line, indicator.pattern, `${object.id}: ${pattern.error}`, remedy);
    return;
  }
  for (const found of patternValues(pattern.value)) {
    if (found.kind === "value") {
      outcome.take(
        line,
        found.value,
        found.type,
        factsOf(indicator, found.value, context.markings),
      );
    } else {
      const reason = `${object.id}: ${shortened(found.part, 60)} is not supported: ${found.reason}`;
      outcome.reject(line, indicator.pattern, reason, "Add what it means as an entry by hand");
    }
  }
}

/** Why an indicator is not to be used, and what to do. */
function refusalOf(indicator: StixIndicator, now: number): readonly [string, string] | undefined {
  const { revoked, pattern_type, valid_until, valid_from, indicator_types } = indicator;
  if (revoked) return ["is revoked", "Nothing: its publisher withdrew it"];
  if (pattern_type !== undefined && pattern_type !== "stix") {
    const remedy = "Only patterns of type stix are read; rules belong into a filter package";
    return [`has a pattern of type ${shortened(pattern_type, 40)}`, remedy];
  }
  if (indicator_types.length > 0 && indicator_types.every((type) => type === "benign")) {
    return ["describes benign activity", "Add it to the exceptions, if anywhere"];
  }
  const until = momentOf(valid_until);
  if (until !== null && until <= now) return [`expired at ${valid_until}`, "Ask for a newer one"];
  const from = momentOf(valid_from);
  if (from !== null && from > now)
    return [`is valid from ${valid_from} on`, "Import it again then"];
  return undefined;
}

function momentOf(text: string | undefined): number | null {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

function factsOf(
  indicator: StixIndicator,
  value: string,
  markings: ReadonlyMap<string, string>,
): Omit<Indicator, "type" | "value"> {
  const name = indicator.name?.toLowerCase() === value.toLowerCase() ? "" : indicator.name;
  return {
    severity: severityOf(indicator),
    scanAction: null,
    tags: tagsOf(indicator, markings),
    description: shortened((indicator.description || name || "").trim(), 500),
    expires: momentOf(indicator.valid_until),
  };
}

const SEVERITY_LABEL = /^(?:severity\W+)?(critical|high|medium|low)\W*$/i;
const BY_WORD: Readonly<Record<string, Severity>> = {
  critical: "High",
  high: "High",
  medium: "Medium",
  low: "Low",
};

/** A label that names it, otherwise the publisher's confidence. */
function severityOf({ labels, confidence }: StixIndicator): Severity | null {
  const words = labels.flatMap((label) => SEVERITY_LABEL.exec(label)?.[1]?.toLowerCase() ?? []);
  const labelled = BY_WORD[words[0] ?? ""];
  if (labelled !== undefined) return labelled;
  return confidence === undefined ? null : severityOfScore(confidence);
}

function tagsOf(indicator: StixIndicator, markings: ReadonlyMap<string, string>): Tags {
  const marking = indicator.object_marking_refs.flatMap((id) => markings.get(id) ?? []);
  const lists: readonly (readonly [string, readonly string[]])[] = [
    [READER_TAG.labels, indicator.labels],
    [READER_TAG.indicatorTypes, indicator.indicator_types],
    [READER_TAG.marking, marking],
  ];
  const tags: Tags = {};
  for (const [category, values] of lists) {
    const kept = tagList(values);
    if (kept.length > 0) tags[category] = kept;
  }
  if (indicator.confidence !== undefined) tags[READER_TAG.confidence] = indicator.confidence;
  return tags;
}
