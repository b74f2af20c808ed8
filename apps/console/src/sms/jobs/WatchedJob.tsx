import type { Job } from "@breakwater/protocol";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useToast } from "../../ui/Toasts.tsx";
import { smsQueries } from "../client.ts";
import { isLive, resultText } from "./job-labels.ts";
import { useJobActions } from "./use-job-actions.ts";
import { useForgetJob } from "./watched-jobs.ts";

/** Draws nothing: waits for the end of a job and tells it, with the way back. */
export function WatchedJob({ id }: { id: Job["id"] }) {
  const toast = useToast();
  const forget = useForgetJob();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { undo } = useJobActions();
  const { data: job } = useQuery({
    ...smsQueries.one("GET /api/v1/jobs/{id}", { params: { id } }),
    refetchInterval: 1_000,
  });
  const told = useRef(false);
  useEffect(() => {
    if (job === undefined || isLive(job) || told.current) return;
    told.current = true;
    const show = {
      label: "Show",
      run: () => void navigate({ to: "/jobs", search: { open: job.id } as never }),
    };
    toast(endText(job), job.canUndo ? { label: "Undo", run: () => undo.mutate(job) } : show);
    void queries.invalidateQueries();
    forget(job.id);
  }, [forget, job, navigate, queries, toast, undo]);
  return null;
}

function endText(job: Job): string {
  if (job.state === "failed") return `${job.title} failed. ${job.error?.message ?? ""}`.trim();
  if (job.state === "cancelled") return `${job.title}: cancelled`;
  const result = resultText(job.result);
  return result === "" ? `${job.title}: done` : `${job.title}: ${result}`;
}
