import type { DistributedObject, DistributionTargetId } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useToast } from "../../ui/Toasts.tsx";
import { hub } from "../client.ts";

/** Tries a target again now, with the given objects or all that it refused. */
export function useRetry(id: DistributionTargetId) {
  const queries = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: (objects: readonly DistributedObject[] | undefined) =>
      hub("POST /hub/v1/object-distribution/targets/{id}/retry", {
        params: { id },
        body:
          objects === undefined
            ? {}
            : { objects: objects.map(({ type, value }) => ({ type, value })) },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["GET /hub/v1/object-distribution/targets"] });
      toast("Trying again");
    },
  });
}
