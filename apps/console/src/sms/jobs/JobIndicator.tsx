import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import LoaderCircle from "lucide-react/icons/loader-circle";
import { useCan } from "../../accounts/session.tsx";
import { plural } from "../../lib/format-number.ts";
import { buttonClass } from "../../ui/button-class.ts";
import { smsQueries } from "../client.ts";
import { WatchedJob } from "./WatchedJob.tsx";
import { useWatchedJobs } from "./watched-jobs.ts";

const IDLE_MS = 5_000;
const BUSY_MS = 1_500;

/** In the top bar while jobs run; tells the end of those started here. */
export function JobIndicator() {
  const allowed = useCan("jobs:read");
  const watched = useWatchedJobs();
  const running = useLiveCount("running", allowed);
  const queued = useLiveCount("queued", allowed);
  const live = running + queued;
  return (
    <>
      {watched.map((id) => (
        <WatchedJob key={id} id={id} />
      ))}
      {live > 0 && (
        <Link
          to="/jobs"
          title={queued === 0 ? "Running now" : `${running} running, ${queued} queued`}
          className={buttonClass({ variant: "quiet" })}
        >
          <LoaderCircle size={14} aria-hidden className="animate-spin text-accent" />
          {plural(live, "job")}
        </Link>
      )}
    </>
  );
}

function useLiveCount(state: "running" | "queued", enabled: boolean): number {
  const { data } = useQuery({
    ...smsQueries.one("GET /api/v1/jobs", { query: { state, limit: 1 } }),
    refetchInterval: (query) => ((query.state.data?.total.value ?? 0) > 0 ? BUSY_MS : IDLE_MS),
    enabled,
  });
  return data?.total.value ?? 0;
}
