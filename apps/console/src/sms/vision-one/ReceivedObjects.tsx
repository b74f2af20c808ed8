import type { Connection } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import { formatExact, plural } from "../../lib/format-number.ts";
import { Facts } from "../../ui/Facts.tsx";
import { Section } from "../../ui/Section.tsx";

/** How many objects came from the platform, by type. */
export function ReceivedObjects({ objects }: { objects: Connection["objects"] }) {
  const types = Object.entries(objects.byType).filter(([, count]) => count > 0);
  return (
    <Section
      title="Objects received"
      actions={
        <Link to="/suspicious-objects" className="text-accent underline-offset-2 hover:underline">
          Show objects
        </Link>
      }
    >
      {types.length === 0 ? (
        <p className="border-y border-hairline py-2 text-muted">None yet.</p>
      ) : (
        <>
          <Facts
            items={types.map(([type, count]) => ({
              term: type,
              value: <span className="tabular-nums">{formatExact(count)}</span>,
            }))}
          />
          <p className="text-muted">{plural(objects.total, "object")} in all.</p>
        </>
      )}
    </Section>
  );
}
