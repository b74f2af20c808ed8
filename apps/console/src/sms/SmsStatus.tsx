import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import CloudUpload from "lucide-react/icons/cloud-upload";
import { useCan } from "../accounts/session.tsx";
import { plural } from "../lib/format-number.ts";
import { buttonClass } from "../ui/button-class.ts";
import { State, type StateTone } from "../ui/State.tsx";
import { smsQueries } from "./client.ts";
import { JobIndicator } from "./jobs/JobIndicator.tsx";
import { CONNECTION_STATES } from "./vision-one/connection-states.ts";

/** Pending changes, and whether the threat platform is connected: always in sight. */
export function SmsStatus() {
  const allowed = useCan("overview:read");
  const { data } = useQuery({
    ...smsQueries.one("GET /api/v1/overview"),
    refetchInterval: 5_000,
    enabled: allowed,
  });
  if (data === undefined) return <JobIndicator />;
  const connection = CONNECTION_STATES.find((known) => known.state === data.connection.state);
  return (
    <>
      <JobIndicator />
      {data.pendingChanges.length > 0 && <PendingChanges changes={data.pendingChanges} />}
      <Link
        to="/vision-one"
        title={data.connection.summary}
        className={buttonClass({ variant: "quiet" })}
      >
        <State tone={connection?.tone ?? ("none" satisfies StateTone)}>
          <span className="max-lg:sr-only">Vision One: </span>
          <span className="max-sm:sr-only">
            {(connection?.label ?? data.connection.state).toLowerCase()}
          </span>
        </State>
      </Link>
    </>
  );
}

function PendingChanges({ changes }: { changes: readonly { profile: string; path: string }[] }) {
  const path = changes[0]?.path ?? "/profiles";
  const names = changes.map((change) => change.profile).join(", ");
  return (
    <Link
      to={path}
      title={`Saved but not in force: ${names}`}
      className={`${buttonClass({ variant: "secondary" })} border-warning! text-warning!`}
    >
      <CloudUpload size={16} aria-hidden />
      <span className="max-sm:sr-only">
        {changes.length === 1
          ? "Pending changes"
          : `Pending changes in ${plural(changes.length, "profile")}`}
      </span>
    </Link>
  );
}
