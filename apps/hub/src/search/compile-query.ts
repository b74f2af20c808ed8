import { type RawBuilder, sql } from "kysely";
import { cleanText, literalPattern } from "../clean-text.ts";
import { compileExpression } from "../vision-one/expression.ts";
import { parseQuery, type QueryTest } from "../vision-one/query-grammar.ts";

/** Fields with an index of their own; everything else is looked up in the body. */
const INDEXED: Readonly<Record<string, string>> = {
  rulename: "rule_name",
  src: "src",
  dst: "dst",
  dvchost: "dvchost",
};

/** Fields that every detection here has the same value of, or that are not stored in the body. */
const DERIVED: Readonly<Record<string, RawBuilder<string | null>>> = {
  uuid: sql`d.uuid::text`,
  eventname: sql`'DEEP_PACKET_INSPECTION_EVENT'`,
  productcode: sql`'ptp'`,
  deviceguid: sql`d.product_id::text`,
};

/** Lower-case spelling to the key in the body; field names ignore case. */
const BODY_KEYS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ..."rt policyId severity ruleUuid app spt dpt aggregatedCount act endpointIp overSsl".split(
      " ",
    ),
    ..."mpname cves techniqueId interestedIp request".split(" "),
  ].map((key) => [key.toLowerCase(), key]),
);

/** Where words without a field are looked for. */
const WORD_COLUMNS = [
  sql`d.rule_name`,
  sql`d.dvchost`,
  sql`d.src`,
  sql`d.dst`,
  sql`d.body->>'request'`,
  sql`d.body->>'cves'`,
  sql`d.body->>'mpname'`,
];

/** The SQL condition of a search; `name` is shown in messages. Throws InvalidRequest. */
export function compileQuery(text: string | undefined, name: string): RawBuilder<boolean> {
  if (text === undefined || text.trim() === "") return sql<boolean>`true`;
  return compileExpression(parseQuery(text, name), compileTest);
}

function compileTest(test: QueryTest): RawBuilder<boolean> {
  switch (test.op) {
    case "present":
      return sql<boolean>`(coalesce(${fieldOf(test.field)}, '') not in ('', '[]'))`;
    case "word": {
      const pattern = `%${wildcardPattern(test.value)}%`;
      const tests = WORD_COLUMNS.map((column) => sql`coalesce(${column}, '') ilike ${pattern}`);
      return sql<boolean>`(${sql.join(tests, sql` or `)})`;
    }
    case "matches":
      return compileMatch(test.field, test.value);
  }
}

/** Equal, ignoring case; an asterisk stands for any text. A list matches when one element does. */
function compileMatch(field: string, value: string): RawBuilder<boolean> {
  const column = INDEXED[field.toLowerCase()];
  if (value.includes("*")) {
    return sql<boolean>`(coalesce(${fieldOf(field)}, '') ilike ${wildcardPattern(value)})`;
  }
  const text = cleanText(value);
  if (column !== undefined) {
    return sql<boolean>`(lower(${sql.ref(`d.${column}`)}) = lower(${text}))`;
  }
  const key = BODY_KEYS[field.toLowerCase()];
  if (key === "cves" || key === "techniqueId") {
    return sql<boolean>`(exists (select 1 from jsonb_array_elements_text(d.body->${sql.lit(key)}) e
      where lower(e) = lower(${text})))`;
  }
  return sql<boolean>`(lower(coalesce(${fieldOf(field)}, '')) = lower(${text}))`;
}

/** An asterisk stands for any text. */
function wildcardPattern(value: string): string {
  return value.split("*").map(literalPattern).join("%");
}

/** The field's value as text; null for fields that these events do not have. */
function fieldOf(field: string): RawBuilder<string | null> {
  const name = field.toLowerCase();
  const column = INDEXED[name];
  if (column !== undefined) return sql`${sql.ref(`d.${column}`)}`;
  const key = BODY_KEYS[name];
  if (key !== undefined) return sql`(d.body->>${sql.lit(key)})`;
  return DERIVED[name] ?? sql`null::text`;
}
