import {
  type Criteria,
  type Criterion,
  type EntryType,
  type ReputationFilter,
  type ReputationFilters,
  TAG,
} from "@breakwater/protocol";
import { foldCase, STORED_TIME } from "@breakwater/reputation-set";
import { type RawBuilder, sql } from "kysely";

/** A condition on `reputation_entry e`. */
export type Condition = RawBuilder<unknown>;

/*
 * The criteria of packages/reputation-set, as conditions on the table: a test holds both to the same
 * meaning. Case is folded for ASCII letters only, whatever the server's locale, and dates compare in
 * the one form in which they are stored.
 */

/** The number of the filter that takes an entry, null when none does; exceptions are not looked at. */
export function selectionSql(filters: ReputationFilters): Condition {
  const enabled = filters.filter((filter) => filter.state === "enabled");
  if (enabled.length === 0) return sql`null::integer`;
  const cases = enabled.map(
    (filter) => sql`when ${takesSql(filter)} then ${sql.lit(filter.number)}`,
  );
  return sql`(case when e.held then null ${sql.join(cases, sql` `)} end)`;
}

/** Whether a filter takes an entry, whatever those before it do. */
export function takesSql(
  filter: Omit<ReputationFilter, "number" | "name" | "actionSet">,
): Condition {
  if (filter.state !== "enabled") return sql`false`;
  const { criteria } = filter;
  const tagged = filter.taggedEntries ? criteriaSql(criteria) : sql`false`;
  const untagged = filter.untaggedEntries ? criteriaSql(criteria.filter(isSourceTest)) : sql`false`;
  return sql`(${typesSql(filter.types)} and case when ${IS_TAGGED} then ${tagged} else ${untagged} end)`;
}

/** All tests must hold. */
export function criteriaSql(criteria: Criteria): Condition {
  if (criteria.length === 0) return sql`true`;
  return sql`(${sql.join(criteria.map(criterionSql), sql` and `)})`;
}

const IS_TAGGED = sql`(e.tags <> '{}'::jsonb or e.severity is not null
  or e.scan_action is not null or e.expires is not null)`;

function isSourceTest(criterion: Criterion): boolean {
  return criterion.op === "source-is" || criterion.op === "source-is-not";
}

function typesSql(types: ReputationFilter["types"]): Condition {
  const plain: EntryType[] = [
    ...(types.ipv4 ? (["ipv4"] as const) : []),
    ...(types.ipv6 ? (["ipv6"] as const) : []),
    ...(types.dns ? (["domain", "domain-exact"] as const) : []),
    ...(types.url ? (["url"] as const) : []),
    ...(types.fileHash ? (["md5", "sha1", "sha256"] as const) : []),
  ];
  const ranges =
    types.ipv4 === types.ipv6
      ? sql`${sql.lit(types.ipv4)}`
      : sql`(strpos(e.value, ':') > 0) = ${sql.lit(types.ipv6)}`;
  return sql`(e.type = any(${plain}::text[]) or e.type = 'cidr' and ${ranges})`;
}

function criterionSql(criterion: Criterion): Condition {
  switch (criterion.op) {
    case "source-is":
      return sourceSql(criterion.value);
    case "source-is-not":
      return sql`not ${sourceSql(criterion.value)}`;
    case "has-tag":
      return sql`${tagSql(criterion.tag)} is not null`;
    case "has-no-tag":
      return sql`${tagSql(criterion.tag)} is null`;
    case "is":
      return isSql(criterion.tag, criterion.value);
    case "is-not":
      return sql`not ${isSql(criterion.tag, criterion.value)}`;
    case "contains":
      return containsSql(criterion.tag, criterion.value);
    case "does-not-contain":
      return sql`not ${containsSql(criterion.tag, criterion.value)}`;
    case "greater":
      return anyValue(criterion.tag, "number", (v) => sql`(${v})::numeric > ${criterion.value}`);
    case "greater-or-equal":
      return anyValue(criterion.tag, "number", (v) => sql`(${v})::numeric >= ${criterion.value}`);
    case "less":
      return anyValue(criterion.tag, "number", (v) => sql`(${v})::numeric < ${criterion.value}`);
    case "less-or-equal":
      return anyValue(criterion.tag, "number", (v) => sql`(${v})::numeric <= ${criterion.value}`);
    case "before":
      return timeSql(criterion.tag, (v) => sql`${v} < ${isoTime(criterion.value)}`);
    case "after":
      return timeSql(criterion.tag, (v) => sql`${v} > ${isoTime(criterion.value)}`);
  }
}

/** Sources that are held back do not count; they have a minus sign, except where nothing counts. */
function sourceSql(name: string): Condition {
  return sql`(e.sources && array(select case when e.held then -id else id end
    from reputation_source where lower(name collate "C") = ${foldCase(name)}))`;
}

/** A tag as jsonb, null when there is none. */
function tagSql(tag: string): Condition {
  switch (tag) {
    case TAG.severity:
      return sql`to_jsonb(e.severity)`;
    case TAG.scanAction:
      return sql`to_jsonb(e.scan_action)`;
    case TAG.ttl:
      return sql`to_jsonb(to_char(e.expires at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
    default:
      return sql`(e.tags -> ${tag})`;
  }
}

function isSql(tag: string, value: string | number | boolean): Condition {
  if (typeof value === "string")
    return anyText(tag, (text) => sql`lower(${text} collate "C") = ${foldCase(value)}`);
  if (typeof value === "number")
    return anyValue(tag, "number", (text) => sql`(${text})::numeric = ${value}`);
  return anyValue(tag, "boolean", (text) => sql`(${text})::boolean = ${value}`);
}

function containsSql(tag: string, value: string): Condition {
  return anyText(tag, (text) => sql`strpos(lower(${text} collate "C"), ${foldCase(value)}) > 0`);
}

function anyText(tag: string, test: (text: Condition) => Condition): Condition {
  return anyValue(tag, "string", test);
}

function timeSql(tag: string, test: (text: Condition) => Condition): Condition {
  return anyText(
    tag,
    (text) => sql`${text} ~ ${STORED_TIME.source} and ${test(sql`(${text} collate "C")`)}`,
  );
}

/** Whether the value, or one of a list, is of this kind and passes. Never null. */
function anyValue(
  tag: string,
  kind: "string" | "number" | "boolean",
  test: (text: Condition) => Condition,
): Condition {
  const value = tagSql(tag);
  return sql`(case jsonb_typeof(${value})
    when ${sql.lit(kind)} then (${test(sql`(${value} #>> '{}')`)})
    when 'array' then exists (select 1 from jsonb_array_elements(${value}) one
      where case jsonb_typeof(one) when ${sql.lit(kind)} then (${test(sql`(one #>> '{}')`)}) else false end)
    else false end)`;
}

function isoTime(value: string): string {
  return new Date(value).toISOString();
}
