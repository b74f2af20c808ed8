import {
  FACET_FIELDS,
  type Facet,
  type FacetField,
  invalidField,
  type Query,
} from "@breakwater/protocol";
import type { Db } from "../../database.ts";
import { countFacets, type FacetCount } from "./facet-store.ts";
import { isExact } from "./list-entries.ts";
import { planSearch, type SearchContext } from "./plan-search.ts";

/** Terms of a query that a facet's own values stand for. */
const OWN_TERMS: Readonly<Record<FacetField, readonly string[]>> = {
  type: ["type"],
  severity: ["severity"],
  action: ["action"],
  source: ["source"],
  state: ["state", "is"],
  expires: ["expires"],
  tag: ["tag"],
};

/** How many values of sources and tags are shown. */
const MOST_VALUES = 50;

/** The fields that `text` names, separated by commas; all of them when it is absent. */
export function facetFields(text: string | undefined): FacetField[] {
  if (text === undefined || text.trim() === "") return [...FACET_FIELDS];
  return text.split(",").map((one) => {
    const field = FACET_FIELDS.find((known) => known === one.trim());
    if (field !== undefined) return field;
    const remedy = `Choose of ${FACET_FIELDS.join(", ")}`;
    throw invalidField("fields", one, "there is no such facet", remedy);
  });
}

/** Counts for every field, each as if the query did not mention the field. */
export async function facetsOf(
  db: Db,
  query: Query,
  context: SearchContext,
  fields: readonly FacetField[],
): Promise<Facet[]> {
  const shared = fields.filter(
    (field) => withoutField(query, field).terms.length === query.terms.length,
  );
  const own = fields.filter((field) => !shared.includes(field));
  const counted = new Map<FacetField, FacetCount[]>();
  if (shared.length > 0) await countInto(db, counted, query, context, shared);
  for (const field of own) {
    await countInto(db, counted, withoutField(query, field), context, [field]);
  }
  return fields.map((field) => ({
    field,
    values: (counted.get(field) ?? [])
      .toSorted((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1))
      .slice(0, MOST_VALUES),
  }));
}

function withoutField(query: Query, field: FacetField): Query {
  const terms = query.terms.filter(({ test }) => !OWN_TERMS[field].includes(test.field));
  return { ...query, terms };
}

async function countInto(
  db: Db,
  counted: Map<FacetField, FacetCount[]>,
  query: Query,
  context: SearchContext,
  fields: readonly FacetField[],
): Promise<void> {
  const rest: FacetField[] = [];
  for (const field of fields) {
    const known = query.terms.length === 0 ? fromTallies(field, context) : undefined;
    if (known === undefined) rest.push(field);
    else counted.set(field, known);
  }
  if (rest.length === 0) return;
  const plan = planSearch(query, context);
  const found = await countFacets(db, plan, context, rest);
  for (const field of rest) {
    // What devices report and exceptions lift is not counted, entry by entry.
    const decided = isExact(plan, context) && (field !== "state" || isDecided(context));
    counted.set(
      field,
      found
        .filter((one) => one.field === field)
        .map(({ value, count, exact }) => ({ value, count, exact: exact && decided })),
    );
  }
}

function isDecided({ facts }: SearchContext): boolean {
  return facts.lifted === undefined && !facts.anyReported;
}

/** What is counted with every change; undefined: it has to be looked at. */
function fromTallies(
  field: FacetField,
  { tallies, names }: SearchContext,
): FacetCount[] | undefined {
  const exact = (counts: Iterable<readonly [string, number]>) =>
    [...counts].map(([value, count]) => ({ value, count, exact: true }));
  switch (field) {
    case "type":
      return exact(tallies.types);
    case "severity":
      return exact(tallies.severities);
    case "action":
      return exact(tallies.actions);
    case "source":
      return exact(
        names.all
          .map((name) => [name, tallies.ofSource(names.idOf(name))] as const)
          .filter(([, count]) => count > 0),
      );
    case "state":
    case "expires":
    case "tag":
      return undefined;
  }
}
