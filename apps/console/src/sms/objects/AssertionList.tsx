import type { EntryDetail } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import { DataText } from "../../ui/DataText.tsx";
import { Section } from "../../ui/Section.tsx";
import { RiskLevel } from "../../ui/Severity.tsx";
import { TimeAgo } from "../../ui/Time.tsx";

/** What each source says about the entry. */
export function AssertionList({ assertions }: { assertions: EntryDetail["assertions"] }) {
  return (
    <Section title={assertions.length === 1 ? "Source" : `Sources (${assertions.length})`}>
      <ul className="border-t border-hairline">
        {assertions.map((assertion) => (
          <li
            key={assertion.source}
            className="flex flex-col gap-0.5 border-b border-hairline py-2"
          >
            <span className="flex items-center justify-between gap-3">
              <Link
                to="/suspicious-objects"
                search={{ source: assertion.source } as never}
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
          </li>
        ))}
      </ul>
    </Section>
  );
}
