import type { NewTagCategory, TagCategory } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { keysOf } from "../../lib/entry-labels.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { TextArea, TextField } from "../../ui/fields.tsx";
import { Select } from "../../ui/Select.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { Toggle } from "../../ui/Toggle.tsx";
import { sms } from "../client.ts";
import { type CategoryDraft, categoryOf, draftOf, NEW_CATEGORY } from "./category-draft.ts";
import { KIND_LABELS } from "./kind-labels.ts";

type Props = { existing?: TagCategory | undefined; onClose: () => void };
const KINDS = keysOf(KIND_LABELS).map((value) => ({ value, label: KIND_LABELS[value] }));

/** Adds or changes a tag category. Its kind stays as it was made. */
export function CategoryDialog({ existing, onClose }: Props) {
  const queries = useQueryClient();
  const toast = useToast();
  const [draft, setDraft] = useState<CategoryDraft>(() =>
    existing === undefined ? NEW_CATEGORY : draftOf(existing),
  );
  const body = categoryOf(draft);
  const save = useMutation({
    mutationFn: ({ kind, ...rest }: NewTagCategory) =>
      existing === undefined
        ? sms("POST /api/v1/reputation/tag-categories", { body: { kind, ...rest } })
        : sms("PUT /api/v1/reputation/tag-categories/{id}", {
            params: { id: existing.id },
            body: rest,
          }),
    onSuccess: async ({ name }) => {
      await queries.invalidateQueries();
      toast(`Tag category ${name} saved`);
      onClose();
    },
  });
  const change = (patch: Partial<CategoryDraft>) => setDraft({ ...draft, ...patch });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typeof body !== "string") save.mutate(body);
  };
  return (
    <Dialog
      title={existing === undefined ? "Add tag category" : `Edit ${existing.name}`}
      isOpen
      onClose={onClose}
      keepOnClickOutside
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="tag-category"
            variant="primary"
            isPending={save.isPending}
            disabledReason={typeof body === "string" && body}
          >
            {existing === undefined ? "Add tag category" : "Save tag category"}
          </Button>
        </>
      }
    >
      <form id="tag-category" onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
          <TextField
            label="Name"
            autoFocus
            maxLength={255}
            value={draft.name}
            onChange={(name) => change({ name })}
          />
          {existing === undefined ? (
            <Select
              label="Kind"
              options={KINDS}
              value={draft.kind}
              onChange={(kind) => change({ kind })}
            />
          ) : (
            <TextField label="Kind" isReadOnly value={KIND_LABELS[draft.kind]} />
          )}
        </div>
        <TextField
          label="Description"
          maxLength={255}
          value={draft.description}
          onChange={(description) => change({ description })}
        />
        {draft.kind === "list" && (
          <>
            <TextArea
              label="Values, one per line"
              rows={6}
              value={draft.values}
              onChange={(values) => change({ values })}
              description="In the order in which they are offered."
            />
            <Toggle
              label="Several values at once"
              checked={draft.several}
              onChange={(several) => change({ several })}
            />
            <Toggle
              label="Other values too"
              description="The list is then only what is offered."
              checked={draft.otherValues}
              onChange={(otherValues) => change({ otherValues })}
            />
          </>
        )}
        {draft.kind === "number" && (
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label="Lowest value"
              inputMode="numeric"
              value={draft.min}
              onChange={(min) => change({ min })}
            />
            <TextField
              label="Highest value"
              inputMode="numeric"
              value={draft.max}
              onChange={(max) => change({ max })}
            />
          </div>
        )}
        <ErrorCallout error={save.error} />
      </form>
    </Dialog>
  );
}
