import type { AppliedException } from "@breakwater/protocol";
import { DataText } from "../../ui/DataText.tsx";
import { Section } from "../../ui/Section.tsx";
import { TimeAgo } from "../../ui/Time.tsx";

/** Exceptions that lift the entry: why, for whom, until when. */
export function ExceptionList({ exceptions }: { exceptions: readonly AppliedException[] }) {
  if (exceptions.length === 0) return null;
  return (
    <Section title={`Exceptions (${exceptions.length})`}>
      <ul className="border-t border-hairline">
        {exceptions.map((exception) => (
          <li key={exception.id} className="flex flex-col border-b border-hairline py-2">
            <DataText mono>{exception.value}</DataText>
            <DataText>{exception.reason}</DataText>
            <span className="text-xs text-muted">
              for <DataText>{exception.scope}</DataText>, owner{" "}
              <DataText>{exception.owner}</DataText>, ends{" "}
              <TimeAgo time={exception.expires} none="never" />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
