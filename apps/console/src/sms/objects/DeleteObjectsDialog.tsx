import type { Entry } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { formatExact, plural } from "../../lib/format-number.ts";
import { inChunks } from "../../lib/value-lines.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { sms } from "../client.ts";

type Props = { entries: readonly Entry[]; onClose: () => void; onDone: () => void };
const SHOWN = 5;

/** Withdraws what users of this SMS assert about entries; other sources keep theirs. */
export function DeleteObjectsDialog({ entries, onClose, onDone }: Props) {
  const queries = useQueryClient();
  const toast = useToast();
  const remove = useMutation({
    mutationFn: async () => {
      const sum = { deleted: 0, keptByOtherSources: 0 };
      for (const chunk of inChunks(entries, 1_000)) {
        const answer = await sms("POST /api/v1/reputation/entries/delete", {
          body: { ids: chunk.map((entry) => entry.id) },
        });
        sum.deleted += answer.deleted;
        sum.keptByOtherSources += answer.keptByOtherSources;
      }
      return sum;
    },
    onSuccess: async ({ deleted, keptByOtherSources: kept }) => {
      await queries.invalidateQueries({ queryKey: ["GET /api/v1/reputation/entries"] });
      toast(
        kept === 0
          ? `${plural(deleted, "object")} deleted`
          : `${formatExact(deleted)} deleted, ${formatExact(kept)} kept because another source still asserts them`,
      );
      onDone();
    },
  });
  return (
    <ConfirmDialog
      title={`Delete ${plural(entries.length, "object")}?`}
      confirmLabel={`Delete ${plural(entries.length, "object")}`}
      isOpen
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      isPending={remove.isPending}
      error={remove.error}
    >
      <ul className="flex flex-col">
        {entries.slice(0, SHOWN).map((entry) => (
          <li key={entry.id}>
            <DataText mono>{entry.value}</DataText>
          </li>
        ))}
        {entries.length > SHOWN && (
          <li className="text-muted">and {formatExact(entries.length - SHOWN)} more</li>
        )}
      </ul>
      <p>
        Devices stop acting on them at once. What another source asserts stays on the list and in
        force.
      </p>
    </ConfirmDialog>
  );
}
