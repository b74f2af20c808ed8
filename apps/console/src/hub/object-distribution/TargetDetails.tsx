import type { DistributionTarget } from "@breakwater/protocol";
import { formatExact } from "../../lib/format-number.ts";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { SidePanel } from "../../ui/SidePanel.tsx";
import { State } from "../../ui/State.tsx";
import { AbsoluteTime, TimeAgo } from "../../ui/Time.tsx";
import { RISK_LABELS, TARGET_STATES, TYPE_LABELS } from "./distribution-labels.ts";
import { useRetry } from "./use-retry.ts";

type Props = {
  target: DistributionTarget;
  onClose: () => void;
  onEdit: () => void;
  onSent: () => void;
  denied: string | undefined;
};

const TLS_WORDS = {
  system: "Authorities of the system",
  ca: "Own CA certificate",
  fingerprint: "Pinned certificate",
} as const;

/** One server: its state, what is wrong, and its settings. */
export function TargetDetails({ target, onClose, onEdit, onSent, denied }: Props) {
  const { objects, lastError, tls } = target;
  const look = TARGET_STATES[target.state];
  return (
    <SidePanel label="Target details" title={<DataText>{target.name}</DataText>} onClose={onClose}>
      <div className="flex flex-col gap-5">
        {lastError !== null && <LastError target={target} error={lastError} denied={denied} />}
        <div className="flex flex-wrap gap-2">
          <Button onPress={onSent}>What was sent</Button>
          <Button onPress={onEdit} disabledReason={denied}>
            Edit
          </Button>
        </div>
        <Facts
          items={[
            { term: "State", value: <State tone={look.tone}>{look.label}</State> },
            { term: "Last success", value: <TimeAgo time={target.lastSuccess} /> },
            { term: "Sent", value: formatExact(objects.sent) },
            { term: "Waiting", value: formatExact(objects.waiting) },
            { term: "Refused", value: formatExact(objects.refused) },
            {
              term: "Server",
              value: <DataText mono>{`${target.address}:${target.port}`}</DataText>,
            },
            { term: "TLS verification", value: TLS_WORDS[tls.verify] },
            tls.verify === "fingerprint" && {
              term: "Fingerprint",
              value: <DataText mono>{tls.fingerprint}</DataText>,
            },
            { term: "User name", value: <DataText>{target.userName}</DataText> },
            {
              term: "Object types",
              value: target.types.map((type) => TYPE_LABELS[type]).join(", "),
            },
            { term: "Risk level", value: RISK_LABELS[target.risk] },
            { term: "Expiry", value: target.sendTtl ? "Sent" : "Not sent" },
          ]}
        />
      </div>
    </SidePanel>
  );
}

function LastError({
  target,
  error,
  denied,
}: {
  target: DistributionTarget;
  error: NonNullable<DistributionTarget["lastError"]>;
  denied: string | undefined;
}) {
  const retry = useRetry(target.id);
  return (
    <>
      <Callout
        tone="error"
        title={error.message}
        action={
          <Button
            size="sm"
            onPress={() => retry.mutate(undefined)}
            isPending={retry.isPending}
            disabledReason={denied}
          >
            Retry now
          </Button>
        }
      >
        <p>{error.remedy}</p>
        {target.nextTry !== null && (
          <p className="text-xs">
            Next try <AbsoluteTime time={target.nextTry} />
          </p>
        )}
      </Callout>
      <ErrorCallout error={retry.error} />
    </>
  );
}
