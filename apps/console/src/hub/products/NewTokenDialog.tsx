import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { TOKEN_HOURS } from "../../lib/token-hours.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { TextField } from "../../ui/fields.tsx";
import { SecretOnce } from "../../ui/Secret.tsx";
import { Select } from "../../ui/Select.tsx";
import { State } from "../../ui/State.tsx";
import { hub, hubQueries } from "../client.ts";

/** Creates a token and shows it once, with what to do with it. */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const [hours, setHours] = useState<(typeof TOKEN_HOURS)[number]["value"]>("24");
  const mint = useMutation({
    mutationFn: () =>
      hub("POST /hub/v1/enrollment-tokens", { body: { note: note.trim(), hours: Number(hours) } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["GET /hub/v1/enrollment-tokens"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mint.mutate();
  };
  if (mint.data !== undefined) {
    return (
      <Dialog
        title="Create enrollment token"
        size="lg"
        isOpen
        onClose={onClose}
        keepOnClickOutside
        footer={
          <Button variant="primary" onPress={onClose}>
            Done
          </Button>
        }
      >
        <SecretOnce label="Enrollment token" value={mint.data.token}>
          <p>
            On the manager, open Administration, “Connect to Trend Vision One”, choose Configure,
            and paste it.
          </p>
          <WaitForManager token={mint.data.info.id} />
        </SecretOnce>
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Create enrollment token"
      size="sm"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="new-token" variant="primary" isPending={mint.isPending}>
            Create token
          </Button>
        </>
      }
    >
      <form id="new-token" onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-muted">
          A token connects one manager, once. It carries the address of this hub and the fingerprint
          of its certificate authority.
        </p>
        <TextField
          label="Note"
          autoFocus
          value={note}
          onChange={setNote}
          maxLength={200}
          description="Which manager it is for; shown in the list of tokens."
        />
        <Select label="Valid for" options={TOKEN_HOURS} value={hours} onChange={setHours} />
        <ErrorCallout error={mint.error} />
      </form>
    </Dialog>
  );
}

function WaitForManager({ token }: { token: string }) {
  const { data } = useQuery({
    ...hubQueries.one("GET /hub/v1/enrollment-tokens"),
    refetchInterval: 2_000,
  });
  const used = data?.items.find((item) => item.id === token && item.state === "used");
  return (
    <p role="status">
      {used === undefined ? (
        <State tone="busy">
          Waiting for the manager to connect. You can close this; the token stays valid.
        </State>
      ) : (
        <State tone="ok">{`${used.usedBy ?? "The manager"} is connected.`}</State>
      )}
    </p>
  );
}
