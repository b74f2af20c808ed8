import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { ErrorCallout } from "../ui/ErrorCallout.tsx";
import { TextField } from "../ui/fields.tsx";
import { SecretOnce } from "../ui/Secret.tsx";
import { Select } from "../ui/Select.tsx";
import { accounts } from "./client.ts";
import { useRoles } from "./use-roles.ts";

const MONTHS = [
  { value: "1", label: "1 month" },
  { value: "3", label: "3 months" },
  { value: "6", label: "6 months" },
  { value: "12", label: "1 year" },
  { value: "0", label: "Never expires" },
] as const;
type Months = (typeof MONTHS)[number]["value"];

/** Creates an API key and shows its value once. */
export function CreateApiKeyDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const roles = useRoles();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [role, setRole] = useState("operator");
  const [months, setMonths] = useState<Months>("12");
  const [tried, setTried] = useState(false);
  const problem = name.trim() === "" ? "Enter a name." : undefined;
  const create = useMutation({
    mutationFn: () =>
      accounts("POST /auth/v1/api-keys", {
        body: {
          name: name.trim(),
          role,
          description: description.trim(),
          monthsToExpiration: monthsOf(months),
        },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["GET /auth/v1/api-keys"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (problem === undefined) create.mutate();
  };
  if (create.data !== undefined) {
    return (
      <Dialog
        title={`API key ${create.data.key.name}`}
        isOpen
        onClose={onClose}
        keepOnClickOutside
        footer={
          <Button variant="primary" onPress={onClose}>
            Done
          </Button>
        }
      >
        <SecretOnce label="API key" value={create.data.value} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Create API key"
      size="sm"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="create-key" variant="primary" isPending={create.isPending}>
            Create API key
          </Button>
        </>
      }
    >
      <form id="create-key" onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Name"
          autoFocus
          autoComplete="off"
          value={name}
          onChange={setName}
          maxLength={64}
          error={tried ? problem : undefined}
        />
        <TextField
          label="Description"
          value={description}
          onChange={setDescription}
          maxLength={500}
        />
        <div className="grid grid-cols-2 gap-4">
          <Select label="Role" options={roles} value={role} onChange={setRole} />
          <Select label="Expires" options={MONTHS} value={months} onChange={setMonths} />
        </div>
        <ErrorCallout error={create.error} />
      </form>
    </Dialog>
  );
}

function monthsOf(months: Months): 0 | 1 | 3 | 6 | 12 {
  switch (months) {
    case "0":
      return 0;
    case "1":
      return 1;
    case "3":
      return 3;
    case "6":
      return 6;
    case "12":
      return 12;
  }
}
