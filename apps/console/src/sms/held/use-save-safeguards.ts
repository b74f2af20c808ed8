import type { SafeguardSettings } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useToast } from "../../ui/Toasts.tsx";
import { sms } from "../client.ts";
import { useWatchJob } from "../jobs/watched-jobs.ts";

/** Saves the safeguards, and tells when what is stored has been put to them. */
export function useSaveSafeguards() {
  const queries = useQueryClient();
  const toast = useToast();
  const watch = useWatchJob();
  return useMutation({
    mutationFn: (body: SafeguardSettings) => sms("PUT /api/v1/reputation/safeguards", { body }),
    onSuccess: async ({ review }) => {
      if (review !== null) watch({ id: review });
      await queries.invalidateQueries();
      toast("Safeguards saved");
    },
  });
}
