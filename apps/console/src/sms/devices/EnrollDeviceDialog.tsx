import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { TOKEN_HOURS } from "../../lib/token-hours.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { TextField } from "../../ui/fields.tsx";
import { CommandBlock, SecretOnce } from "../../ui/Secret.tsx";
import { Select } from "../../ui/Select.tsx";
import { sms } from "../client.ts";
import { WaitForDevice } from "./WaitForDevice.tsx";

/** A token, the one command to run with it, and the wait for the device's first contact. */
export function EnrollDeviceDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const [hours, setHours] = useState<(typeof TOKEN_HOURS)[number]["value"]>("24");
  const mint = useMutation({
    mutationFn: () =>
      sms("POST /api/v1/device-enrollment-tokens", {
        body: { note: note.trim(), hours: Number(hours) },
      }),
    onSuccess: () =>
      queries.invalidateQueries({ queryKey: ["GET /api/v1/device-enrollment-tokens"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mint.mutate();
  };
  if (mint.data !== undefined) {
    return (
      <Dialog
        title="Enroll device"
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
          <CommandBlock
            label="Command to run on the device"
            value={`breakwater agent --token ${mint.data.token}`}
          />
          <WaitForDevice token={mint.data.info.id} />
        </SecretOnce>
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Enroll device"
      size="sm"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="enroll-device" variant="primary" isPending={mint.isPending}>
            Create token
          </Button>
        </>
      }
    >
      <form id="enroll-device" onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-muted">
          A token is used once. It carries the address of this SMS and the fingerprint of its
          certificate authority.
        </p>
        <TextField
          label="Note"
          autoFocus
          value={note}
          onChange={setNote}
          maxLength={200}
          description="Which device it is for; shown in the list of tokens."
        />
        <Select label="Valid for" options={TOKEN_HOURS} value={hours} onChange={setHours} />
        <ErrorCallout error={mint.error} />
      </form>
    </Dialog>
  );
}
