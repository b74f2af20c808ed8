import type { Job } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import { QueryView } from "../../query/QueryView.tsx";
import { Button } from "../../ui/Button.tsx";
import { smsQueries } from "../client.ts";
import { JobReport } from "../jobs/JobReport.tsx";
import { isLive } from "../jobs/job-labels.ts";

/** The import at work, and what came of it. It goes on when this page is left. */
export function ImportProgress({ id, onAgain }: { id: Job["id"]; onAgain: () => void }) {
  const query = useQuery({
    ...smsQueries.one("GET /api/v1/jobs/{id}", { params: { id } }),
    refetchInterval: ({ state }) =>
      state.data === undefined || isLive(state.data) ? 1_000 : 5_000,
  });
  return (
    <div className="flex max-w-3xl flex-col gap-5">
      <QueryView query={query} what="import">
        {(job) => (
          <>
            <h2 className="text-lg font-semibold wrap-anywhere">{job.title}</h2>
            <JobReport job={job} />
          </>
        )}
      </QueryView>
      <Button className="self-start" onPress={onAgain}>
        Import another file
      </Button>
    </div>
  );
}
