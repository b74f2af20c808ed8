import { AppError, type jobsApi } from "@breakwater/protocol";
import { found } from "./accounts-handlers.ts";
import { cancelJob, jobView, undoJob } from "./mock-jobs.ts";
import type { Handlers } from "./mock-server.ts";
import { pageOfRows } from "./page-of-rows.ts";
import type { SmsState } from "./sms-state.ts";

export function jobsHandlers(state: SmsState): Handlers<typeof jobsApi> {
  const job = (id: string) =>
    found(
      state.jobs.find((one) => one.job.id === id),
      "job",
    );
  return {
    "GET /api/v1/jobs": async ({ query }) =>
      pageOfRows(
        state.jobs
          .map(jobView)
          .filter((one) => query.state === undefined || one.state === query.state),
        query,
      ),
    "GET /api/v1/jobs/{id}": async ({ params }) => jobView(job(params.id)),
    "POST /api/v1/jobs/{id}/cancel": async ({ params }) => cancelJob(job(params.id)),
    "POST /api/v1/jobs/{id}/undo": async ({ params, principal }) => {
      const one = job(params.id);
      if (!one.job.canUndo) throw new AppError("Conflict", "This job cannot be undone any more.");
      return undoJob(state.jobs, one, principal?.name ?? "");
    },
    "GET /api/v1/jobs/{id}/rejections": async ({ params, query }) =>
      pageOfRows(job(params.id).rejections, query),
    "GET /api/v1/jobs/{id}/rejections.csv": async ({ params }) => ({
      filename: "rejections.csv",
      rows: job(params.id).rejections,
    }),
  };
}
