import type { Distribution, Profile } from "@breakwater/protocol";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { plural } from "../../lib/format-number.ts";
import { QueryView } from "../../query/QueryView.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { TextField } from "../../ui/fields.tsx";
import { sms, smsQueries } from "../client.ts";
import { DistributionProgress } from "./DistributionProgress.tsx";

type Props = {
  profile: Profile;
  running: string;
  onStarted: (distribution: string) => void;
  onClose: () => void;
};
type Progress = Distribution["devices"][number];

/** Brings the saved version to the devices; with `running` it shows how far that is. */
export function DistributeDialog({ profile, running, onStarted, onClose }: Props) {
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const start = useMutation({
    mutationFn: (devices: readonly Progress[] | undefined) =>
      sms("POST /api/v1/distributions", {
        body: {
          profile: profile.id,
          note: note.trim(),
          ...(devices === undefined ? {} : { devices: devices.map(({ device }) => device) }),
        },
      }),
    onSuccess: (distribution) => {
      queries.setQueryData(
        ["GET /api/v1/distributions/{id}", { params: { id: distribution.id } }],
        distribution,
      );
      void queries.invalidateQueries({ queryKey: ["GET /api/v1/distributions"] });
      onStarted(distribution.id);
    },
  });
  if (running !== "") {
    return (
      <RunningDialog
        id={running}
        onClose={onClose}
        onRetry={(failed) => start.mutate(failed)}
        isRetrying={start.isPending}
        error={start.error}
      />
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate(undefined);
  };
  return (
    <Dialog
      title={`Distribute ${profile.name}`}
      size="sm"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="distribute"
            variant="primary"
            isPending={start.isPending}
            disabledReason={profile.devices === 0 && "No device uses this profile yet"}
          >
            {`Distribute to ${plural(profile.devices, "device")}`}
          </Button>
        </>
      }
    >
      <form id="distribute" onSubmit={submit} className="flex flex-col gap-4">
        <p>
          Version {profile.version}{" "}
          {profile.distributedVersion === null
            ? "is the first that devices get"
            : profile.changed
              ? `replaces version ${profile.distributedVersion}`
              : "is distributed already; devices that lack it get it again"}
          . Every device tests it before it loads it, and keeps the old one when the test fails.
        </p>
        <TextField
          label="Note"
          autoFocus
          value={note}
          onChange={setNote}
          maxLength={500}
          description="Why; kept in the history."
        />
        <ErrorCallout error={start.error} />
      </form>
    </Dialog>
  );
}

type RunningProps = {
  id: string;
  onClose: () => void;
  onRetry: (failed: readonly Progress[]) => void;
  isRetrying: boolean;
  error: unknown;
};

function RunningDialog({ id, onClose, onRetry, isRetrying, error }: RunningProps) {
  const queries = useQueryClient();
  const query = useQuery({
    ...smsQueries.one("GET /api/v1/distributions/{id}", { params: { id: id as never } }),
    refetchInterval: ({ state }) =>
      state.data?.devices.some((device) => device.state === "running") === false ? 5_000 : 1_000,
  });
  const devices = query.data?.devices ?? [];
  const failed = devices.filter((device) => device.state === "failed");
  const isOver = query.data !== undefined && devices.every((device) => device.state !== "running");
  useEffect(() => {
    if (!isOver) return;
    for (const key of [
      "GET /api/v1/profiles/{id}",
      "GET /api/v1/overview",
      "GET /api/v1/distributions",
    ])
      void queries.invalidateQueries({ queryKey: [key] });
  }, [isOver, queries]);
  return (
    <Dialog
      title={
        query.data === undefined
          ? "Distribution"
          : `Distribution of ${query.data.profile.name} version ${query.data.profile.version}`
      }
      size="lg"
      isOpen
      onClose={onClose}
      footer={
        <>
          {failed.length > 0 && isOver && (
            <Button onPress={() => onRetry(failed)} isPending={isRetrying}>
              {`Retry ${plural(failed.length, "failed device")}`}
            </Button>
          )}
          <Button variant="primary" onPress={onClose}>
            {isOver ? "Done" : "Continue in the background"}
          </Button>
        </>
      }
    >
      <QueryView query={query} what="distribution">
        {(distribution) => <DistributionProgress distribution={distribution} />}
      </QueryView>
      <ErrorCallout error={error} />
    </Dialog>
  );
}
