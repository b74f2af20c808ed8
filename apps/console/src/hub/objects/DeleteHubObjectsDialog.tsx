import type { HubObject } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { formatExact, plural } from "../../lib/format-number.ts";
import { inChunks } from "../../lib/value-lines.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { hub } from "../client.ts";

const SHOWN = 5;
type Props = { objects: readonly HubObject[]; onClose: () => void; onDone: () => void };

/** Removes objects from the list, and so from every connected manager. */
export function DeleteHubObjectsDialog({ objects, onClose, onDone }: Props) {
  const queries = useQueryClient();
  const toast = useToast();
  const remove = useMutation({
    mutationFn: async () => {
      let deleted = 0;
      for (const chunk of inChunks(objects, 1_000)) {
        const answer = await hub("POST /hub/v1/objects/delete", {
          body: { objects: chunk.map(({ type, value }) => ({ type, value })) },
        });
        deleted += answer.deleted;
      }
      return deleted;
    },
    onSuccess: async (deleted) => {
      await queries.invalidateQueries({ queryKey: ["GET /hub/v1/objects"] });
      toast(`${plural(deleted, "object")} deleted`);
      onDone();
    },
  });
  return (
    <ConfirmDialog
      title={`Delete ${plural(objects.length, "object")}?`}
      confirmLabel={`Delete ${plural(objects.length, "object")}`}
      isOpen
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      isPending={remove.isPending}
      error={remove.error}
    >
      <ul>
        {objects.slice(0, SHOWN).map((object) => (
          <li key={`${object.type}${object.value}`}>
            <DataText mono>{object.value}</DataText>
          </li>
        ))}
        {objects.length > SHOWN && (
          <li className="text-muted">and {formatExact(objects.length - SHOWN)} more</li>
        )}
      </ul>
      <p>
        Connected managers withdraw them at once. What another source asserts on a manager stays in
        force there.
      </p>
    </ConfirmDialog>
  );
}
