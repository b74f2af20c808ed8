import type { HubDetection } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import { buttonClass } from "../../ui/button-class.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { EventSeverity } from "../../ui/Severity.tsx";
import { SidePanel } from "../../ui/SidePanel.tsx";
import { AbsoluteTime } from "../../ui/Time.tsx";
import { endpointOf } from "./detection-text.ts";

/** One detection: a sentence first, then every shared field. */
export function DetectionDetails({
  detection,
  onClose,
}: {
  detection: HubDetection;
  onClose: () => void;
}) {
  const from = endpointOf(detection.src, detection.spt);
  const to = endpointOf(detection.dst, detection.dpt);
  return (
    <SidePanel
      label="Event details"
      title="Event"
      onClose={onClose}
      actions={<CopyButton value={JSON.stringify(detection, null, 2)} label="Copy as JSON" />}
    >
      <div className="flex flex-col gap-5">
        <p className="text-lg leading-6">
          <strong>
            <DataText>{detection.dvchost}</DataText>
          </strong>{" "}
          <DataText>{`applied ${detection.act} to ${from} → ${to} because “${detection.ruleName}” matched.`}</DataText>
        </p>
        <div className="flex flex-wrap gap-2">
          <Link
            to="/events"
            search={{ q: detection.src } as never}
            className={buttonClass({ size: "sm" })}
          >
            Only this source
          </Link>
          <Link
            to="/events"
            search={{ q: detection.dst } as never}
            className={buttonClass({ size: "sm" })}
          >
            Only this destination
          </Link>
          <Link
            to="/suspicious-objects"
            search={{ q: detection.dst } as never}
            className={buttonClass({ size: "sm" })}
          >
            Is the destination on the list?
          </Link>
        </div>
        <Facts items={factsOf(detection)} />
      </div>
    </SidePanel>
  );
}

function factsOf(detection: HubDetection): (Fact | false)[] {
  return [
    { term: "Time", value: <AbsoluteTime time={Number(detection.rt)} /> },
    { term: "Severity", value: <EventSeverity value={detection.severity} /> },
    text("Rule", detection.ruleName),
    text("Rule UUID", detection.ruleUuid, true),
    text("Policy", detection.policyId, true),
    text("Action set", detection.act),
    text("Source", endpointOf(detection.src, detection.spt), true),
    text("Destination", endpointOf(detection.dst, detection.dpt), true),
    text("Client", detection.endpointIp, true),
    text("Host of interest", detection.interestedIp, true),
    text("Protocol", detection.app),
    text("Request", detection.request, true),
    text("Over TLS", detection.overSsl),
    text("CVE", detection.cves.join(", ")),
    text("ATT&CK techniques", detection.techniqueId.join(", ")),
    text("Count", detection.aggregatedCount),
    text("Device", detection.dvchost),
    text("Manager", `${detection.product.name} (${detection.mpname})`),
    { term: "Received", value: <AbsoluteTime time={detection.received} /> },
  ];
}

function text(term: string, value: string | undefined, mono = false): Fact | false {
  if (value === undefined || value === "") return false;
  return { term, value: <DataText mono={mono}>{value}</DataText> };
}
