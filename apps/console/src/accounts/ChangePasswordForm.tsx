import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { SESSION_KEY } from "../query/create-query-client.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorCallout } from "../ui/ErrorCallout.tsx";
import { TextField } from "../ui/fields.tsx";
import { accounts } from "./client.ts";

const LEAST = 12;

/** Changes the own password; `onDone` runs after the session has been read again. */
export function ChangePasswordForm({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const change = useMutation({
    mutationFn: () => accounts("PUT /auth/v1/session/password", { body: { current, next } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: SESSION_KEY });
      onDone();
    },
  });
  const problems = {
    next:
      next.length < LEAST
        ? `Use at least ${LEAST} characters.`
        : next === current
          ? "Choose another one than the current."
          : undefined,
    again: again === next ? undefined : "This is not the same as the new password.",
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (problems.next === undefined && problems.again === undefined) change.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        autoFocus
        isRequired
        value={current}
        onChange={setCurrent}
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        isRequired
        value={next}
        onChange={setNext}
        description={`At least ${LEAST} characters. A few words are easier than symbols.`}
        error={tried ? problems.next : undefined}
      />
      <TextField
        label="New password again"
        type="password"
        autoComplete="new-password"
        isRequired
        value={again}
        onChange={setAgain}
        error={tried ? problems.again : undefined}
      />
      <ErrorCallout error={change.error} />
      <Button type="submit" variant="primary" isPending={change.isPending}>
        Change password
      </Button>
    </form>
  );
}
