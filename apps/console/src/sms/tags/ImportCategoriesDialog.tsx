import type { TagCategoryImport } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { plural } from "../../lib/format-number.ts";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { FileDrop } from "../../ui/FileDrop.tsx";
import { TextArea } from "../../ui/fields.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { sms } from "../client.ts";

/** A file of tag categories: first what it would do, then the same for real. */
export function ImportCategoriesDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const toast = useToast();
  const [content, setContent] = useState("");
  const send = (dryRun: boolean) =>
    sms("POST /api/v1/reputation/tag-categories/import", { body: { content, dryRun } });
  const check = useMutation({ mutationFn: () => send(true) });
  const run = useMutation({
    mutationFn: () => send(false),
    onSuccess: async (done) => {
      await queries.invalidateQueries();
      toast(`${plural(changesIn(done), "tag category", "tag categories")} imported`);
      onClose();
    },
  });
  const result = check.data;
  const change = (text: string) => {
    setContent(text);
    check.reset();
  };
  const changes = result === undefined ? 0 : changesIn(result);
  return (
    <Dialog
      title="Import tag categories"
      size="lg"
      isOpen
      onClose={onClose}
      keepOnClickOutside
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          {result === undefined ? (
            <Button
              variant="primary"
              onPress={() => check.mutate()}
              isPending={check.isPending}
              disabledReason={content.trim() === "" && "Choose a file or paste its content"}
            >
              See what it would do
            </Button>
          ) : (
            <Button
              variant="primary"
              onPress={() => run.mutate()}
              isPending={run.isPending}
              disabledReason={changes === 0 && "It would change nothing"}
            >
              Import {plural(changes, "tag category", "tag categories")}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <FileDrop
          label="Drop an XML or JSON file of tag categories here"
          accept={[".xml", ".json"]}
          onFile={(file) => void file.text().then(change)}
        />
        <TextArea label="Content" mono rows={6} value={content} onChange={change} />
        {result !== undefined && <ImportResult result={result} />}
        <ErrorCallout error={run.error ?? check.error} />
      </div>
    </Dialog>
  );
}

function changesIn({ added, changed }: TagCategoryImport): number {
  return added.length + changed.length;
}

function ImportResult({ result }: { result: TagCategoryImport }) {
  const { added, changed, unchanged, rejected } = result;
  const groups = [
    ["would be added", added],
    ["would change", changed],
    ["stay as they are", unchanged],
  ] as const;
  return (
    <div role="status" className="flex flex-col gap-2">
      {groups.map(
        ([what, names]) =>
          names.length > 0 && (
            <p key={what}>
              <strong>
                {names.length} {what}:
              </strong>{" "}
              <DataText>{names.join(", ")}</DataText>
            </p>
          ),
      )}
      {rejected.length > 0 && (
        <Callout tone="warning" title={`${rejected.length} cannot be taken`}>
          <ul>
            {rejected.map(({ name, reason, remedy }) => (
              <li key={name}>
                <DataText>{name}</DataText>: {reason} {remedy}
              </li>
            ))}
          </ul>
        </Callout>
      )}
    </div>
  );
}
