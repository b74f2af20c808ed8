import type { Product } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { hub } from "../client.ts";

/** Ends a manager's connection from the hub's side. */
export function DisconnectProductDialog({
  product,
  onClose,
}: {
  product: Product;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const toast = useToast();
  const disconnect = useMutation({
    mutationFn: () => hub("POST /hub/v1/products/{id}/disconnect", { params: { id: product.id } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["GET /hub/v1/products"] });
      toast(`${product.name} disconnected`);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Disconnect ${product.name}?`}
      confirmLabel="Disconnect"
      isOpen
      onClose={onClose}
      onConfirm={() => disconnect.mutate()}
      isPending={disconnect.isPending}
      error={disconnect.error}
    >
      <p>
        Its certificate is refused at once: it receives no more changes of the list, and its
        detections are no longer accepted. Its onboarding status becomes False and every sync status
        Out of sync. What it received stays in force there.
      </p>
    </ConfirmDialog>
  );
}
