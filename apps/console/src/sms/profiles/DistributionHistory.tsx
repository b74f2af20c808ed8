import type { Distribution } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import { QueryView } from "../../query/QueryView.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { State } from "../../ui/State.tsx";
import { NothingYet } from "../../ui/states.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { smsQueries } from "../client.ts";

/** Who distributed what, when, and with what result. */
export function DistributionHistory({ onOpen }: { onOpen: (id: string) => void }) {
  const query = useQuery({
    ...smsQueries.one("GET /api/v1/distributions", { query: { limit: 50 } }),
    refetchInterval: 3_000,
  });
  return (
    <QueryView query={query} what="distributions">
      {({ items }) =>
        items.length === 0 ? (
          <NothingYet title="Nothing distributed yet">
            Devices get this profile with its first distribution.
          </NothingYet>
        ) : (
          <ul aria-label="Distributions" className="border-t border-hairline">
            {items.map((distribution) => (
              <li
                key={distribution.id}
                className="flex flex-wrap items-center gap-x-4 border-b border-hairline py-2"
              >
                <button
                  type="button"
                  className="rounded-sm text-accent underline-offset-2 hover:underline"
                  onClick={() => onOpen(distribution.id)}
                >
                  {distribution.profile.name} version {distribution.profile.version}
                </button>
                <span className="w-56">
                  <Result distribution={distribution} />
                </span>
                <span className="min-w-0 flex-1 basis-40">
                  <DataText>{distribution.note}</DataText>
                </span>
                <span className="text-muted">
                  {distribution.createdBy}, <TimeAgo time={distribution.created} />
                </span>
              </li>
            ))}
          </ul>
        )
      }
    </QueryView>
  );
}

function Result({ distribution: { devices } }: { distribution: Distribution }) {
  const count = (state: Distribution["devices"][number]["state"]) =>
    devices.filter((device) => device.state === state).length;
  const text = `${count("done")} of ${devices.length} devices`;
  if (count("running") > 0) return <State tone="busy">{text}</State>;
  if (count("failed") > 0)
    return <State tone="error">{`${text}, ${count("failed")} failed`}</State>;
  if (count("superseded") > 0) return <State tone="off">{`${text}, superseded`}</State>;
  return <State tone="ok">{text}</State>;
}
