import type { User } from "@breakwater/protocol";
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

/** Changes a user's role, and the password when one is given. */
export function EditUserDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const queries = useQueryClient();
  const toast = useToast();
  const roles = useRoles();
  const [role, setRole] = useState(user.role);
  const [password, setPassword] = useState("");
  const problem =
    password !== "" && password.length < 12 ? "Use at least 12 characters." : undefined;
  const save = useMutation({
    mutationFn: () =>
      accounts("PATCH /auth/v1/users/{id}", {
        params: { id: user.id },
        body: { ...(role === user.role ? {} : { role }), ...(password === "" ? {} : { password }) },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["GET /auth/v1/users"] });
      toast(`${user.name} saved`);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem === undefined) save.mutate();
  };
  return (
    <Dialog
      title={`Change ${user.name}`}
      size="sm"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="edit-user"
            variant="primary"
            isPending={save.isPending}
            disabledReason={role === user.role && password === "" && "Nothing has changed"}
          >
            Save
          </Button>
        </>
      }
    >
      <form id="edit-user" onSubmit={submit} className="flex flex-col gap-4">
        <Select label="Role" options={roles} value={role} onChange={setRole} />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
          description="Leave empty to keep the password."
          error={problem}
        />
        <ErrorCallout error={save.error} />
      </form>
    </Dialog>
  );
}
