import type { EntryDetail } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import { Callout } from "../../ui/Callout.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { Section } from "../../ui/Section.tsx";
import { RiskLevel } from "../../ui/Severity.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { facetTerm } from "./search/query-facets.ts";

type Assertion = EntryDetail["assertions"][number];

/** What each source says about the entry, and what of it is held back. */
export function AssertionList({ assertions }: { assertions: readonly Assertion[] }) {
  return (
    <Section title={assertions.length === 1 ? "Source" : `Sources (${assertions.length})`}>
      <ul className="border-t border-hairline">
        {assertions.map((assertion) => (
          <li key={assertion.source} className="flex flex-col gap-1 border-b border-hairline py-2">
            <span className="flex items-center justify-between gap-3">
              <Link
                to="/suspicious-objects"
                search={{ q: facetTerm("source", assertion.source) } as never}
                className="min-w-0 font-medium text-accent underline-offset-2 hover:underline"
              >
                <DataText>{assertion.source}</DataText>
              </Link>
              <RiskLevel risk={assertion.severity} />
            </span>
            {assertion.description !== "" && <DataText>{assertion.description}</DataText>}
            <span className="text-xs text-muted">
              since <TimeAgo time={assertion.since} />, expires{" "}
              <TimeAgo time={assertion.expires} none="never" />
              {assertion.scanAction !== null && `, scan action ${assertion.scanAction}`}
            </span>
            <HeldAssertion held={assertion.held} released={assertion.released} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function HeldAssertion({ held, released }: Pick<Assertion, "held" | "released">) {
  if (released !== null)
    return (
      <span className="text-xs text-muted">
        released by <DataText>{released.by}</DataText> <TimeAgo time={released.at} />, although a
        safeguard would hold it
      </span>
    );
  if (held === null) return null;
  return (
    <Callout tone="warning" title="Held back: it does not count">
      {held.reason} {held.remedy}
    </Callout>
  );
}
