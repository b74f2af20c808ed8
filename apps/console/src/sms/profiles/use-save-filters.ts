import type { Profile, ReputationFilter } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useToast } from "../../ui/Toasts.tsx";
import { sms } from "../client.ts";

export type FilterChange = { filters: readonly ReputationFilter[]; done: string };

/** Saves the whole ordered table; refused when somebody else saved in between. */
export function useSaveFilters(profile: Profile) {
  const queries = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: ({ filters }: FilterChange) =>
      sms("PUT /api/v1/profiles/{id}/reputation-filters", {
        params: { id: profile.id },
        body: { version: profile.version, filters: [...filters] },
      }),
    onSuccess: (saved, { done }) => {
      queries.setQueryData(["GET /api/v1/profiles/{id}", { params: { id: profile.id } }], saved);
      void queries.invalidateQueries({ queryKey: ["GET /api/v1/overview"] });
      toast(`${done}. In force after the next distribution.`);
    },
    onError: () => void queries.invalidateQueries({ queryKey: ["GET /api/v1/profiles/{id}"] }),
  });
}
