import type { Connection, ConnectionSettings } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { TextArea } from "../../ui/fields.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { sms } from "../client.ts";
import { SettingsFields } from "./SettingsFields.tsx";

/**
 * Connectivity settings. Without an enrollment token nothing can be saved until the SMS is connected;
 * afterwards the token field serves to move to another hub.
 */
export function ConfigureDialog({
  connection,
  onClose,
}: {
  connection: Connection;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const toast = useToast();
  const [token, setToken] = useState("");
  const [settings, setSettings] = useState<ConnectionSettings>(connection.settings);
  const interval = settings.suspiciousObjectSync.downloadIntervalSeconds;
  const changed = JSON.stringify(settings) !== JSON.stringify(connection.settings);
  const hasToken = token.trim() !== "";
  const save = useMutation({
    mutationFn: async () => {
      const connected = hasToken
        ? await sms("POST /api/v1/vision-one/connect", { body: { token: token.trim() } })
        : connection;
      return changed ? sms("PUT /api/v1/vision-one/settings", { body: settings }) : connected;
    },
    onSuccess: async (saved) => {
      queries.setQueryData(["GET /api/v1/vision-one", {}], saved);
      await queries.invalidateQueries({ queryKey: ["GET /api/v1/overview"] });
      toast(hasToken ? "Connected to Trend Vision One" : "Settings saved");
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["GET /api/v1/vision-one"] }),
  });
  const reason = blockedReason({ hasToken, onboarded: connection.onboarded, changed, interval });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason === undefined) save.mutate();
  };
  return (
    <Dialog
      title="Configure the connection"
      isOpen
      onClose={onClose}
      keepOnClickOutside
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="configure-connection"
            variant="primary"
            isPending={save.isPending}
            disabledReason={reason}
          >
            {hasToken ? "Connect" : "Save"}
          </Button>
        </>
      }
    >
      <form id="configure-connection" onSubmit={submit} className="flex flex-col gap-5">
        {!connection.onboarded && (
          <Callout tone="info">
            Nothing can be saved without an enrollment token. On the hub, open Product Instance,
            create an enrollment token, and paste it here. It is used once.
          </Callout>
        )}
        <TextArea
          label="Enrollment token"
          mono
          rows={3}
          autoFocus
          autoComplete="off"
          value={token}
          onChange={setToken}
          description={
            connection.onboarded
              ? "Only to connect again, or to another hub. Entries received so far stay, marked with their source."
              : "Paste it whole. It is sent to this SMS and not shown again."
          }
        />
        <SettingsFields
          settings={settings}
          onChange={setSettings}
          disabled={!connection.onboarded && !hasToken}
        />
        <ErrorCallout error={save.error} />
      </form>
    </Dialog>
  );
}

type Situation = { hasToken: boolean; onboarded: boolean; changed: boolean; interval: number };

function blockedReason({ hasToken, onboarded, changed, interval }: Situation): string | undefined {
  if (!onboarded && !hasToken) return "Paste an enrollment token first";
  if (!hasToken && !changed) return "Nothing has changed";
  if (!Number.isInteger(interval) || interval < 10 || interval > 86_400)
    return "The interval must be from 10 to 86,400 seconds";
  return undefined;
}
