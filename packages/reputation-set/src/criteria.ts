import {
  type Criteria,
  type Criterion,
  type EntryType,
  type ReputationFilter,
  type Tags,
  type TagValue,
  typeSwitch,
} from "@breakwater/protocol";
import { foldCase } from "./fold-case.ts";
import { STORED_TIME } from "./tag-time.ts";

/** What a reputation filter looks at. `sources` are the names of those who assert the entry now. */
export type FilterSubject = {
  readonly type: EntryType;
  readonly value: string;
  readonly tags: Tags;
  readonly sources: readonly string[];
};

/**
 * Whether all tests hold. Text is compared without case ({@link foldCase}), numbers with numbers only,
 * times as stored ({@link STORED_TIME}). A list tag satisfies a test with any of its values. Negations are
 * exact opposites, so they hold for an entry without the tag. The database selects sets by the same
 * definition: what is changed here changes there.
 */
export function matchesCriteria(
  criteria: Criteria,
  tags: Tags,
  sources: readonly string[],
): boolean {
  return criteria.every((criterion) => holds(criterion, tags, sources));
}

/** The first filter that takes the entry; it decides the action. Undefined: the entry is in no set. */
export function selectFilter(
  filters: readonly ReputationFilter[],
  subject: FilterSubject,
): ReputationFilter | undefined {
  return filters.find((filter) => takes(filter, subject));
}

/** An entry without tags is a plain block list item: of the criteria only the source can be tested. */
function takes(filter: ReputationFilter, { type, value, tags, sources }: FilterSubject): boolean {
  if (filter.state !== "enabled" || !filter.types[typeSwitch(type, value)]) return false;
  const tagged = Object.keys(tags).length > 0;
  if (tagged) return filter.taggedEntries && matchesCriteria(filter.criteria, tags, sources);
  return (
    filter.untaggedEntries && matchesCriteria(filter.criteria.filter(isSourceTest), tags, sources)
  );
}

function isSourceTest(criterion: Criterion): boolean {
  return criterion.op === "source-is" || criterion.op === "source-is-not";
}

function holds(criterion: Criterion, tags: Tags, sources: readonly string[]): boolean {
  switch (criterion.op) {
    case "source-is":
      return hasSource(sources, criterion.value);
    case "source-is-not":
      return !hasSource(sources, criterion.value);
    case "has-tag":
      return tagOf(tags, criterion.tag) !== undefined;
    case "has-no-tag":
      return tagOf(tags, criterion.tag) === undefined;
    case "is":
      return valuesOf(tags, criterion.tag).some((value) => isEqual(value, criterion.value));
    case "is-not":
      return !valuesOf(tags, criterion.tag).some((value) => isEqual(value, criterion.value));
    case "contains":
      return valuesOf(tags, criterion.tag).some((value) => containsText(value, criterion.value));
    case "does-not-contain":
      return !valuesOf(tags, criterion.tag).some((value) => containsText(value, criterion.value));
    case "greater":
      return someNumber(tags, criterion.tag, (value) => value > criterion.value);
    case "greater-or-equal":
      return someNumber(tags, criterion.tag, (value) => value >= criterion.value);
    case "less":
      return someNumber(tags, criterion.tag, (value) => value < criterion.value);
    case "less-or-equal":
      return someNumber(tags, criterion.tag, (value) => value <= criterion.value);
    case "before": {
      const limit = storedTime(criterion.value);
      return someTime(tags, criterion.tag, (value) => value < limit);
    }
    case "after": {
      const limit = storedTime(criterion.value);
      return someTime(tags, criterion.tag, (value) => value > limit);
    }
  }
}

function hasSource(sources: readonly string[], wanted: string): boolean {
  const folded = foldCase(wanted);
  return sources.some((source) => foldCase(source) === folded);
}

/** Own properties only: a tag may be called `constructor`. */
function tagOf(tags: Tags, name: string): TagValue | undefined {
  return Object.hasOwn(tags, name) ? tags[name] : undefined;
}

function valuesOf(tags: Tags, name: string): readonly (string | number | boolean)[] {
  const value = tagOf(tags, name);
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isEqual(value: string | number | boolean, wanted: string | number | boolean): boolean {
  if (typeof value === "string" && typeof wanted === "string") {
    return foldCase(value) === foldCase(wanted);
  }
  return value === wanted;
}

function containsText(value: string | number | boolean, wanted: string): boolean {
  return typeof value === "string" && foldCase(value).includes(foldCase(wanted));
}

function someNumber(tags: Tags, name: string, test: (value: number) => boolean): boolean {
  return valuesOf(tags, name).some((value) => typeof value === "number" && test(value));
}

function someTime(tags: Tags, name: string, test: (value: string) => boolean): boolean {
  return valuesOf(tags, name).some(
    (value) => typeof value === "string" && STORED_TIME.test(value) && test(value),
  );
}

function storedTime(value: string): string {
  return new Date(value).toISOString();
}
