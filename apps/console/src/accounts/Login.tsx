import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { SESSION_KEY } from "../query/create-query-client.ts";
import { usePageTitle } from "../query/use-page-title.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorCallout } from "../ui/ErrorCallout.tsx";
import { TextField } from "../ui/fields.tsx";
import { AccessCard } from "./AccessCard.tsx";
import { accounts } from "./client.ts";

/** Shown at every address until somebody logs in; afterwards the wanted page appears. */
export function Login() {
  usePageTitle("Log in");
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const login = useMutation({
    mutationFn: () => accounts("POST /auth/v1/session", { body: { name: name.trim(), password } }),
    onSuccess: (session) => queries.setQueryData(SESSION_KEY, session),
    onError: () => setPassword(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <AccessCard title="Log in">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="User name"
          name="username"
          autoComplete="username"
          autoFocus
          isRequired
          value={name}
          onChange={setName}
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          isRequired
          value={password}
          onChange={setPassword}
        />
        <ErrorCallout error={login.error} />
        <Button type="submit" variant="primary" isPending={login.isPending}>
          Log in
        </Button>
      </form>
    </AccessCard>
  );
}
