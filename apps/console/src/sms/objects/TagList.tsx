import type { Tags } from "@breakwater/protocol";
import { DataText } from "../../ui/DataText.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { Section } from "../../ui/Section.tsx";

/** Tag categories with their values. */
export function TagList({ tags }: { tags: Tags }) {
  const entries = Object.entries(tags);
  return (
    <Section title={`Tags (${entries.length})`}>
      {entries.length === 0 ? (
        <p className="text-muted">Untagged.</p>
      ) : (
        <Facts
          items={entries.map(([term, value]) => ({
            term,
            value: <DataText>{Array.isArray(value) ? value.join(", ") : String(value)}</DataText>,
          }))}
        />
      )}
    </Section>
  );
}
