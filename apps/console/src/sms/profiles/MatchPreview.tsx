import type { Criterion } from "@breakwater/protocol";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { plural } from "../../lib/format-number.ts";
import { visibleText } from "../../lib/hidden-characters.ts";
import { useDebounced } from "../../ui/use-debounced.ts";
import { sms } from "../client.ts";

type Props = {
  criteria: Criterion[] | undefined;
  untaggedEntries: boolean;
  taggedEntries: boolean;
};

/** How many entries the criteria select now. */
export function MatchPreview({ criteria, untaggedEntries, taggedEntries }: Props) {
  const asked = useDebounced(JSON.stringify({ criteria, untaggedEntries, taggedEntries }), 300);
  const body = JSON.parse(asked) as Props;
  const { data, error } = useQuery({
    queryKey: ["POST /api/v1/profiles/preview", asked],
    queryFn: ({ signal }) =>
      sms("POST /api/v1/profiles/preview", {
        body: { ...body, criteria: body.criteria ?? [] },
        signal,
      }),
    enabled: body.criteria !== undefined,
    placeholderData: keepPreviousData,
  });
  if (criteria === undefined)
    return <span className="text-muted">Complete the criteria to see what they match.</span>;
  if (error !== null) return <span className="text-error">Could not count the matches.</span>;
  if (data === undefined) return <span className="text-muted">Counting…</span>;
  const { matches, seen, examples } = data;
  return (
    <span role="status" title={examples.map(({ value }) => visibleText(value)).join("\n")}>
      Matches {matches.exact ? "" : "at least "}
      <strong className="tabular-nums">{plural(matches.value, "entry", "entries")}</strong> now;{" "}
      {seen.exact ? "" : "at least "}
      {plural(seen.entries, "was", "were")} seen in the last {seen.days} days
    </span>
  );
}
