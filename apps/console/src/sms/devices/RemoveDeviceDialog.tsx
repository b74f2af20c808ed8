import type { Device } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { sms } from "../client.ts";

/** Removes a device: its certificate is refused at once. */
export function RemoveDeviceDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  const remove = useMutation({
    mutationFn: () => sms("DELETE /api/v1/devices/{id}", { params: { id: device.id } }),
    onSuccess: async () => {
      toast(`${device.name} removed`);
      await navigate({ to: "/devices" });
      await queries.invalidateQueries({ queryKey: ["GET /api/v1/devices"] });
    },
  });
  return (
    <ConfirmDialog
      title={`Remove ${device.name}?`}
      confirmLabel="Remove device"
      isOpen
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      isPending={remove.isPending}
      error={remove.error}
    >
      <p>
        Its certificate is refused at once and its connections are cut. The device keeps enforcing
        what it has, but receives no changes and its events are no longer accepted. To come back it
        needs a new token.
      </p>
    </ConfirmDialog>
  );
}
