import type { Job } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useToast } from "../../ui/Toasts.tsx";
import { sms } from "../client.ts";
import { useWatchJob } from "./watched-jobs.ts";

/** Stops a job, or starts the one that puts back what it changed. */
export function useJobActions() {
  const queries = useQueryClient();
  const toast = useToast();
  const watch = useWatchJob();
  const renew = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["GET /api/v1/jobs"] }),
      queries.invalidateQueries({ queryKey: ["GET /api/v1/jobs/{id}"] }),
    ]);
  const cancel = useMutation({
    mutationFn: (job: Job) => sms("POST /api/v1/jobs/{id}/cancel", { params: { id: job.id } }),
    onSuccess: async (_, job) => {
      await renew();
      toast(`${job.title}: cancelling`);
    },
  });
  const undo = useMutation({
    mutationFn: (job: Job) => sms("POST /api/v1/jobs/{id}/undo", { params: { id: job.id } }),
    onSuccess: async (started) => {
      watch(started);
      await renew();
    },
  });
  return { cancel, undo };
}
