import type { DistributionTarget } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { hub } from "../client.ts";

/** Forgets a server. */
export function RemoveTargetDialog({
  target,
  onClose,
}: {
  target: DistributionTarget;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const toast = useToast();
  const remove = useMutation({
    mutationFn: () =>
      hub("DELETE /hub/v1/object-distribution/targets/{id}", { params: { id: target.id } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["GET /hub/v1/object-distribution/targets"] });
      toast(`${target.name} removed`);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Remove ${target.name}?`}
      confirmLabel="Remove target"
      isOpen
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      isPending={remove.isPending}
      error={remove.error}
    >
      <p>
        Nothing more is sent to it, and its password is forgotten. What it was sent stays there.
      </p>
    </ConfirmDialog>
  );
}
