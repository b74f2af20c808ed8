import type { EntryDetail } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import { useDenied } from "../../accounts/session.tsx";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { Section } from "../../ui/Section.tsx";
import { RiskLevel } from "../../ui/Severity.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { useHeldActions } from "../held/use-held-actions.ts";
import { facetTerm } from "./search/query-facets.ts";

type Assertion = EntryDetail["assertions"][number];

/** What each source says about the entry, and what of it is held back. */
export function AssertionList({ entry }: { entry: Pick<EntryDetail, "id" | "assertions"> }) {
  const { assertions } = entry;
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
            <HeldAssertion id={entry.id} assertion={assertion} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function HeldAssertion({ id, assertion }: { id: EntryDetail["id"]; assertion: Assertion }) {
  const denied = useDenied("safeguards:write");
  const { release } = useHeldActions();
  const { held, released, source } = assertion;
  if (released !== null)
    return (
      <span className="text-xs text-muted">
        released by <DataText>{released.by}</DataText> <TimeAgo time={released.at} />, although a
        safeguard would hold it
      </span>
    );
  if (held === null) return null;
  return (
    <Callout
      tone="warning"
      title="Held back: it does not count"
      action={
        <Button
          size="sm"
          onPress={() => release.mutate([{ id, source }])}
          isPending={release.isPending}
          disabledReason={denied}
        >
          Release
        </Button>
      }
    >
      {held.reason} {held.remedy}
      <ErrorCallout error={release.error} />
    </Callout>
  );
}
