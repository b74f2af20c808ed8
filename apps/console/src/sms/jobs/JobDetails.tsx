import type { Job } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import { QueryView } from "../../query/QueryView.tsx";
import { SidePanel } from "../../ui/SidePanel.tsx";
import { smsQueries } from "../client.ts";
import { JobReport } from "./JobReport.tsx";
import { isLive } from "./job-labels.ts";

const LIVE_MS = 1_000;
const ENDED_MS = 5_000;

/** One job beside the list. */
export function JobDetails({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({
    ...smsQueries.one("GET /api/v1/jobs/{id}", { params: { id: id as Job["id"] } }),
    refetchInterval: ({ state }) =>
      state.data === undefined || isLive(state.data) ? LIVE_MS : ENDED_MS,
  });
  return (
    <SidePanel label="Job details" title={query.data?.title ?? "Job"} onClose={onClose}>
      <QueryView query={query} what="job">
        {(job) => <JobReport job={job} />}
      </QueryView>
    </SidePanel>
  );
}
