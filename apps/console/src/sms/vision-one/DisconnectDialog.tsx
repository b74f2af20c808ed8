import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { sms } from "../client.ts";

/** Ends the connection; what was received stays. */
export function DisconnectDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const toast = useToast();
  const disconnect = useMutation({
    mutationFn: () => sms("POST /api/v1/vision-one/disconnect"),
    onSuccess: async (connection) => {
      queries.setQueryData(["GET /api/v1/vision-one", {}], connection);
      await queries.invalidateQueries({ queryKey: ["GET /api/v1/overview"] });
      toast("Disconnected from Trend Vision One");
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title="Disconnect from Trend Vision One?"
      confirmLabel="Disconnect"
      isOpen
      onClose={onClose}
      onConfirm={() => disconnect.mutate()}
      isPending={disconnect.isPending}
      error={disconnect.error}
    >
      <p>
        Every stream stops. The onboarding status becomes False and all sync statuses become Out of
        sync.
      </p>
      <p>
        Reputation entries stay and remain in force. Connecting again needs a new enrollment token;
        the settings are kept.
      </p>
    </ConfirmDialog>
  );
}
