import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { ErrorCallout } from "../ui/ErrorCallout.tsx";
import { TextField } from "../ui/fields.tsx";
import { Select } from "../ui/Select.tsx";
import { useToast } from "../ui/Toasts.tsx";
import { accounts } from "./client.ts";
import { useRoles } from "./use-roles.ts";

/** Creates a user with a first password, which must be changed at the first login. */
export function AddUserDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const toast = useToast();
  const roles = useRoles();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState("operator");
  const [tried, setTried] = useState(false);
  const nameProblem = name.trim() === "" ? "Enter a name." : undefined;
  const passwordProblem = password.length < 12 ? "Use at least 12 characters." : undefined;
  const add = useMutation({
    mutationFn: () =>
      accounts("POST /auth/v1/users", { body: { name: name.trim(), password, role } }),
    onSuccess: async (user) => {
      await queries.invalidateQueries({ queryKey: ["GET /auth/v1/users"] });
      toast(`${user.name} can log in now`);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (nameProblem === undefined && passwordProblem === undefined) add.mutate();
  };
  return (
    <Dialog
      title="Add user"
      size="sm"
      isOpen
      onClose={onClose}
      keepOnClickOutside
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="add-user" variant="primary" isPending={add.isPending}>
            Add user
          </Button>
        </>
      }
    >
      <form id="add-user" onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Name"
          autoFocus
          autoComplete="off"
          value={name}
          onChange={setName}
          maxLength={64}
          error={tried ? nameProblem : undefined}
        />
        <TextField
          label="First password"
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
          description="Must be changed at the first login."
          error={tried ? passwordProblem : undefined}
        />
        <Select label="Role" options={roles} value={role} onChange={setRole} />
        <ErrorCallout error={add.error} />
      </form>
    </Dialog>
  );
}
