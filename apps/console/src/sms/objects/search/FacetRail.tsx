import type { Facet, FacetField } from "@breakwater/protocol";
import { ENTRY_STATE_LOOKS, ENTRY_TYPE_LABELS } from "../../../lib/entry-labels.ts";
import { Loading } from "../../../ui/states.tsx";
import { FacetGroup, type FacetValue } from "./FacetGroup.tsx";
import { facetMarks, facetTerm, toggleFacet } from "./query-facets.ts";

const HEADINGS: Readonly<Record<FacetField, string>> = {
  type: "Type",
  severity: "Severity",
  state: "State",
  source: "Source",
  action: "Scan action",
  expires: "Expires",
  tag: "Tag category",
};

type Props = {
  facets: readonly Facet[] | undefined;
  q: string;
  onChange: (q: string) => void;
};

/** What the entries found consist of; every line narrows the search. */
export function FacetRail({ facets, q, onChange }: Props) {
  if (facets === undefined) return <Loading what="facets" rows={6} />;
  const marks = facetMarks(q);
  return (
    <>
      {facets.map(({ field, values }) => {
        const items = values.map((one): FacetValue => {
          const term = facetTerm(field, one.value);
          return { ...one, term, label: labelOf(field, one.value), mark: marks.get(term) };
        });
        return (
          <FacetGroup
            key={field}
            heading={HEADINGS[field]}
            values={items}
            onToggle={(term, mark) => onChange(toggleFacet(q, term, mark))}
          />
        );
      })}
    </>
  );
}

function labelOf(field: FacetField, value: string): string {
  if (value === "none") return field === "expires" ? "never" : "none";
  const known: Readonly<Record<string, string>> = ENTRY_TYPE_LABELS;
  if (field === "type") return known[value] ?? value;
  if (field === "state")
    return Object.entries(ENTRY_STATE_LOOKS).find(([state]) => state === value)?.[1].label ?? value;
  return value;
}
