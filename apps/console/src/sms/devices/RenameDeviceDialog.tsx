import type { Device } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { TextField } from "../../ui/fields.tsx";
import { sms } from "../client.ts";

/** Gives a device another name. */
export function RenameDeviceDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState(device.name);
  const rename = useMutation({
    mutationFn: () =>
      sms("PATCH /api/v1/devices/{id}", { params: { id: device.id }, body: { name: name.trim() } }),
    onSuccess: async () => {
      await Promise.all(
        ["GET /api/v1/devices", "GET /api/v1/devices/{id}"].map((key) =>
          queries.invalidateQueries({ queryKey: [key] }),
        ),
      );
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") rename.mutate();
  };
  return (
    <Dialog
      title="Rename device"
      size="sm"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="rename-device"
            variant="primary"
            isPending={rename.isPending}
            disabledReason={name.trim() === "" && "Enter a name"}
          >
            Rename
          </Button>
        </>
      }
    >
      <form id="rename-device" onSubmit={submit} className="flex flex-col gap-4">
        <TextField label="Name" autoFocus value={name} onChange={setName} maxLength={255} />
        <ErrorCallout error={rename.error} />
      </form>
    </Dialog>
  );
}
