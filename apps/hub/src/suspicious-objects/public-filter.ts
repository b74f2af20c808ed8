import { type RawBuilder, sql } from "kysely";
import { literalPattern } from "../clean-text.ts";
import { compileExpression } from "../vision-one/expression.ts";
import { type FilterTest, parseFilter } from "../vision-one/filter-grammar.ts";
import { canonicalObject } from "./canonical-object.ts";
import { StoredType } from "./stored-object.ts";

const FIELDS = ["type", ...StoredType.options, "scanAction", "riskLevel"] as const;
type Field = (typeof FIELDS)[number];

/** The SQL condition of a `TMV1-Filter` on the object list. Throws InvalidRequest. */
export function compileObjectFilter(text: string | undefined): RawBuilder<boolean> {
  if (text === undefined || text.trim() === "") return sql<boolean>`true`;
  return compileExpression(parseFilter(text, FIELDS), compileTest);
}

function compileTest({ op, field, value }: FilterTest<Field>): RawBuilder<boolean> {
  switch (field) {
    case "type":
      return compare(sql`o.type`, op, value);
    case "scanAction":
      return compare(sql`o.scan_action`, op, value);
    case "riskLevel":
      return compare(sql`o.risk_level`, op, value);
    default: {
      const canonical = op === "eq" ? canonicalObject(field, value) : undefined;
      // A value that cannot be on the list is not found, but the question is valid.
      const isValue = canonical?.ok
        ? sql<boolean>`o.value = ${canonical.value.value}`
        : compare(sql`o.shown`, op, value);
      return sql<boolean>`(o.type = ${field} and ${isValue})`;
    }
  }
}

function compare(
  column: RawBuilder<unknown>,
  op: "eq" | "contains",
  value: string,
): RawBuilder<boolean> {
  const pattern = literalPattern(value);
  return sql<boolean>`${column} ilike ${op === "eq" ? pattern : `%${pattern}%`}`;
}
