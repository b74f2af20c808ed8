import type { Job } from "@breakwater/protocol";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

type JobId = Job["id"];
const KEY = ["watched jobs"] as const;

/** Jobs that were started here and whose end is still to be told. */
export function useWatchedJobs(): readonly JobId[] {
  const { data } = useQuery<readonly JobId[]>({
    queryKey: KEY,
    queryFn: () => [],
    initialData: [],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

/** Tells the end of a job in a message, wherever the user is by then. */
export function useWatchJob(): (job: Pick<Job, "id">) => void {
  const queries = useQueryClient();
  return useCallback(
    (job) => {
      queries.setQueryData<readonly JobId[]>(KEY, (known = []) => [...known, job.id]);
      void queries.invalidateQueries({ queryKey: ["GET /api/v1/jobs"] });
    },
    [queries],
  );
}

export function useForgetJob(): (id: JobId) => void {
  const queries = useQueryClient();
  return useCallback(
    (id) =>
      queries.setQueryData<readonly JobId[]>(KEY, (known = []) =>
        known.filter((other) => other !== id),
      ),
    [queries],
  );
}
