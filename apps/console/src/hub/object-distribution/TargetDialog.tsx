import type { DistributionTarget } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { Section } from "../../ui/Section.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { hub } from "../client.ts";
import { CriteriaFields } from "./CriteriaFields.tsx";
import { TargetFields } from "./TargetFields.tsx";
import { TestConnection } from "./TestConnection.tsx";
import { formOf, formProblem, settingsOf, type TargetForm } from "./target-form.ts";

/** Adds a server, or changes one. */
export function TargetDialog({
  target,
  onClose,
}: {
  target: DistributionTarget | undefined;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const toast = useToast();
  const [form, setForm] = useState(() => formOf(target));
  const change = (patch: Partial<TargetForm>) => setForm((before) => ({ ...before, ...patch }));
  const isNew = target === undefined;
  const problem = formProblem(form, isNew);
  const save = useMutation({
    mutationFn: () => {
      const body = settingsOf(form);
      return target === undefined
        ? hub("POST /hub/v1/object-distribution/targets", { body })
        : hub("PUT /hub/v1/object-distribution/targets/{id}", {
            params: { id: target.id },
            body,
          });
    },
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: ["GET /hub/v1/object-distribution/targets"] });
      toast(`${saved.name} saved`);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem === undefined) save.mutate();
  };
  return (
    <Dialog
      title={isNew ? "Add target" : `Edit ${target.name}`}
      isOpen
      onClose={onClose}
      keepOnClickOutside
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="distribution-target"
            variant="primary"
            isPending={save.isPending}
            disabledReason={problem}
          >
            Save
          </Button>
        </>
      }
    >
      <form id="distribution-target" onSubmit={submit} className="flex flex-col gap-5">
        <Section title="Server settings" className="gap-4">
          <TargetFields form={form} onChange={change} isNew={isNew} />
          <TestConnection
            form={form}
            id={target?.id}
            onPin={(fingerprint) => change({ verify: "fingerprint", fingerprint })}
          />
        </Section>
        <Section title="Criteria" className="gap-4">
          <CriteriaFields form={form} onChange={change} />
        </Section>
        <ErrorCallout error={save.error} />
      </form>
    </Dialog>
  );
}
