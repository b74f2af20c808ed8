import { useMutation, useQueryClient } from "@tanstack/react-query";
import { visibleText } from "../../lib/hidden-characters.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { sms } from "../client.ts";

type Props = { exception: { id: string; value: string }; onClose: () => void };

/** Ends an exception; what it lifted is acted on again. */
export function EndExceptionDialog({ exception, onClose }: Props) {
  const queries = useQueryClient();
  const toast = useToast();
  const value = visibleText(exception.value);
  const end = useMutation({
    mutationFn: () =>
      sms("DELETE /api/v1/reputation/exceptions/{id}", { params: { id: exception.id as never } }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      toast(`Exception for ${value} ended`);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title="End this exception?"
      confirmLabel="End exception"
      isOpen
      onClose={onClose}
      onConfirm={() => end.mutate()}
      isPending={end.isPending}
      error={end.error}
    >
      <p>Within a second, devices act again on what it lifted: {value}.</p>
    </ConfirmDialog>
  );
}
