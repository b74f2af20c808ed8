import { type Pattern, TAG, type TagTest } from "@breakwater/protocol";
import { sql } from "kysely";
import { likeLiteral } from "../../database.ts";
import type { Condition } from "../sets/criteria-sql.ts";

/** Entries with a tag of this category whose value, or one of them, passes. */
export function tagTestSql(name: string, test: TagTest): Condition {
  const value = tagValue(name);
  if (test.op === "has") return sql`${value} is not null`;
  const one = sql`(one #>> '{}')`;
  const passes =
    test.op === "is"
      ? sql.join(
          test.values.map((pattern) => patternSql(one, pattern)),
          sql` or `,
        )
      : comparisonSql(one, test.op, test.value);
  return sql`exists (select 1 from jsonb_array_elements(
      case jsonb_typeof(${value}) when 'array' then ${value} else jsonb_build_array(${value}) end) one
    where ${value} is not null and (${passes}))`;
}

/** As jsonb, null when there is none. */
function tagValue(name: string): Condition {
  switch (name) {
    case TAG.severity:
      return sql`to_jsonb(e.severity)`;
    case TAG.scanAction:
      return sql`to_jsonb(e.scan_action)`;
    case TAG.ttl:
      return sql`to_jsonb(to_char(e.expires at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
    default:
      return sql`(e.tags -> ${name})`;
  }
}

const TRUTH: Readonly<Record<string, string>> = { yes: "true", no: "false" };

/** Text that matches a pattern, without case. */
export function patternSql(text: Condition, { match, text: wanted }: Pattern): Condition {
  const literal = likeLiteral(wanted);
  switch (match) {
    case "exact": {
      const truth = TRUTH[wanted.toLowerCase()];
      const same = sql`${text} ilike ${literal}`;
      return truth === undefined
        ? same
        : sql`(${same} or jsonb_typeof(one) = 'boolean' and ${text} = ${truth})`;
    }
    case "prefix":
      return sql`${text} ilike ${`${literal}%`}`;
    case "suffix":
      return sql`${text} ilike ${`%${literal}`}`;
    case "substring":
      return sql`${text} ilike ${`%${literal}%`}`;
  }
}

const DAY_LENGTH = 10;
const DAY_MS = 86_400_000;

/** Numbers as numbers; dates as text in the one form in which they are stored. */
function comparisonSql(
  text: Condition,
  op: "<" | "<=" | ">" | ">=",
  bound: number | string,
): Condition {
  if (typeof bound === "number") {
    const compared = sql`${text}::numeric ${sql.raw(op)} ${bound}`;
    return sql`case jsonb_typeof(one) when 'number' then ${compared} else false end`;
  }
  const start = Date.parse(bound);
  const end = start + (bound.length === DAY_LENGTH ? DAY_MS : 1000);
  const [sign, time] = op === "<" || op === ">=" ? [op, start] : [op === ">" ? ">=" : "<", end];
  return sql`(jsonb_typeof(one) = 'string' and ${text} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T'
    and (${text} collate "C") ${sql.raw(sign)} ${new Date(time).toISOString()})`;
}
