import type { NewException, ReputationException } from "@breakwater/protocol";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useSession } from "../../accounts/session.tsx";
import { ENTRY_TYPE_LABELS } from "../../lib/entry-labels.ts";
import { EXPIRY_PRESETS } from "../../lib/expiry-presets.ts";
import { recogniseValue, refang } from "../../lib/recognise-value.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { TextField } from "../../ui/fields.tsx";
import { Select } from "../../ui/Select.tsx";
import { sms, smsQueries } from "../client.ts";
import { ExceptionEffect } from "./ExceptionEffect.tsx";
import { draftOf, type ExceptionDraft, exceptionOf, newDraft } from "./exception-draft.ts";
import { ScopeFields } from "./ScopeFields.tsx";

type Props = {
  /** The one to change; otherwise a new one for `value`. */
  existing?: ReputationException;
  value?: string;
  onClose: () => void;
};

/** Makes or changes an exception, then says what it lifts and what it does not. */
export function ExceptionDialog({ existing, value = "", onClose }: Props) {
  const { user } = useSession();
  const queries = useQueryClient();
  const profiles = useQuery(smsQueries.one("GET /api/v1/profiles")).data?.items ?? [];
  const [draft, setDraft] = useState<ExceptionDraft>(() =>
    existing === undefined ? newDraft(value, user.name, "") : draftOf(existing, ""),
  );
  const [first] = profiles;
  const filled = draft.profile === "" ? { ...draft, profile: first?.id ?? "" } : draft;
  const body = exceptionOf(filled);
  const save = useMutation({
    mutationFn: ({ value: wanted, ...terms }: Omit<NewException, "type">) =>
      existing === undefined
        ? sms("POST /api/v1/reputation/exceptions", { body: { value: wanted, ...terms } })
        : sms("PUT /api/v1/reputation/exceptions/{id}", {
            params: { id: existing.id },
            body: terms,
          }),
    onSuccess: () => queries.invalidateQueries(),
  });
  const change = (patch: Partial<ExceptionDraft>) => setDraft({ ...filled, ...patch });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typeof body !== "string") save.mutate(body);
  };
  const title = existing === undefined ? "Make exception" : "Change exception";
  if (save.data !== undefined) {
    return (
      <Dialog
        title={title}
        isOpen
        onClose={onClose}
        footer={
          <Button key="done" variant="primary" onPress={onClose} autoFocus>
            Done
          </Button>
        }
      >
        <ExceptionEffect exception={save.data} />
      </Dialog>
    );
  }
  const known = recogniseValue(filled.value);
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      keepOnClickOutside
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="exception"
            variant="primary"
            isPending={save.isPending}
            disabledReason={typeof body === "string" && body}
          >
            {existing === undefined ? "Make exception" : "Save exception"}
          </Button>
        </>
      }
    >
      <form id="exception" onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Object"
          mono
          autoFocus={value === "" && existing === undefined}
          isReadOnly={existing !== undefined}
          value={filled.value}
          onChange={(text) => change({ value: refang(text) })}
          maxLength={2_048}
          description={
            known === undefined
              ? "An address, range, domain, URL or hash."
              : `${ENTRY_TYPE_LABELS[known.type]}. What lies inside it is lifted too.`
          }
        />
        <TextField
          label="Reason"
          autoFocus={value !== "" || existing !== undefined}
          value={filled.reason}
          onChange={(reason) => change({ reason })}
          maxLength={500}
          description="Required; shown wherever the exception is."
        />
        <ScopeFields draft={filled} profiles={profiles} onChange={change} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            label="Ends"
            options={[
              ...(existing === undefined
                ? []
                : [{ value: "kept" as const, label: "As it is now" }]),
              ...EXPIRY_PRESETS,
            ]}
            value={filled.ends}
            onChange={(ends) => change({ ends })}
          />
          <TextField
            label="Owner"
            value={filled.owner}
            onChange={(owner) => change({ owner })}
            maxLength={120}
            description="Who answers for it."
          />
        </div>
        <ErrorCallout error={save.error} />
      </form>
    </Dialog>
  );
}
