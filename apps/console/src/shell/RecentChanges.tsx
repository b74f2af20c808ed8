import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { accountsQueries } from "../accounts/client.ts";
import { useCan } from "../accounts/session.tsx";
import { DataText } from "../ui/DataText.tsx";
import { Section } from "../ui/Section.tsx";
import { TimeAgo } from "../ui/Time.tsx";

/** Who changed what last. */
export function RecentChanges() {
  const { data } = useQuery({
    ...accountsQueries.one("GET /auth/v1/audit", { query: { limit: 6 } }),
    refetchInterval: 15_000,
    enabled: useCan("audit:read"),
  });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Section
      title="Recent changes"
      actions={
        <Link to="/audit" className="text-accent underline-offset-2 hover:underline">
          Audit log
        </Link>
      }
    >
      <ul className="border-t border-hairline">
        {data.items.map((record) => (
          <li key={record.id} className="border-b border-hairline">
            <Link
              to="/audit"
              search={{ open: String(record.id) } as never}
              className="flex items-baseline gap-3 py-1.5 text-sm hover:bg-hover"
            >
              <span className="min-w-0 flex-1">
                <DataText truncate>{`${record.actor}: ${record.action} ${record.object}`}</DataText>
              </span>
              <span className="flex-none text-xs text-muted">
                <TimeAgo time={record.time} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
