import type { TagCategory } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { formatExact } from "../../lib/format-number.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { sms } from "../client.ts";

type Props = { category: TagCategory; onClose: () => void };

/** Deletes a category that nothing uses; the server names what does. */
export function DeleteCategoryDialog({ category, onClose }: Props) {
  const queries = useQueryClient();
  const toast = useToast();
  const remove = useMutation({
    mutationFn: () =>
      sms("DELETE /api/v1/reputation/tag-categories/{id}", { params: { id: category.id } }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      toast(`Tag category ${category.name} deleted`);
      onClose();
    },
  });
  const { value, exact } = category.entries;
  return (
    <ConfirmDialog
      title={`Delete ${category.name}?`}
      confirmLabel="Delete tag category"
      isOpen
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      isPending={remove.isPending}
      error={remove.error}
    >
      <p>
        {value === 0
          ? "No entry carries a tag of it."
          : `${exact ? "" : "About "}${formatExact(value)} entries carry a tag of it.`}{" "}
        A category that entries or reputation filters use is not deleted.
      </p>
    </ConfirmDialog>
  );
}
