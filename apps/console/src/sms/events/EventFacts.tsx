import type { StoredEvent } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import { ENTRY_TYPE_LABELS } from "../../lib/entry-labels.ts";
import { formatExact } from "../../lib/format-number.ts";
import { DataText } from "../../ui/DataText.tsx";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { EventSeverity } from "../../ui/Severity.tsx";
import { AbsoluteTime } from "../../ui/Time.tsx";
import { Verdict } from "../../ui/Verdict.tsx";
import { endpoint } from "./event-text.ts";

/** Everything that is known about an event; what is unknown is left out. */
export function EventFacts({ event }: { event: StoredEvent }) {
  return <Facts items={event.kind === "gap" ? gapFacts(event) : detectionFacts(event)} />;
}

function gapFacts(event: StoredEvent): Fact[] {
  return [
    { term: "Time", value: <AbsoluteTime time={event.time} /> },
    { term: "Device", value: event.device.name },
    { term: "Events lost", value: formatExact(event.lost?.events ?? 0) },
    { term: "Reason", value: <DataText>{event.lost?.reason ?? ""}</DataText> },
  ];
}

function detectionFacts(event: StoredEvent): (Fact | false)[] {
  return [
    { term: "Time", value: <AbsoluteTime time={event.time} /> },
    { term: "Severity", value: <EventSeverity value={event.severity} /> },
    { term: "Verdict", value: <Verdict verdict={event.verdict} /> },
    { term: "Filter", value: <DataText>{`${event.filterNumber} ${event.name}`}</DataText> },
    { term: "Action set", value: event.actionSet },
    event.entry !== undefined && {
      term: ENTRY_TYPE_LABELS[event.entry.type],
      value: <DataText mono>{event.entry.value}</DataText>,
    },
    text("Sources", event.sources.join(", ")),
    { term: "Source", value: <DataText mono>{endpoint(event.src, event.spt)}</DataText> },
    { term: "Destination", value: <DataText mono>{endpoint(event.dst, event.dpt)}</DataText> },
    text("Client", event.clientIp, true),
    { term: "Protocol", value: [event.protocol, event.app].filter(Boolean).join(" / ") },
    text("Host", event.host, true),
    text("Server name", event.sni, true),
    text("Request", event.request, true),
    text("File SHA-256", event.fileSha256, true),
    { term: "Over TLS", value: event.overTls ? "yes" : "no" },
    text("CVE", event.cves.join(", ")),
    text("ATT&CK techniques", event.techniques.join(", ")),
    {
      term: "Device",
      value: (
        <Link
          to="/devices/$id"
          params={{ id: event.device.id } as never}
          className="text-accent underline-offset-2 hover:underline"
        >
          {event.device.name}
        </Link>
      ),
    },
    text("Segment", event.segment),
    { term: "Count", value: formatExact(event.count) },
    { term: "Received", value: <AbsoluteTime time={event.received} /> },
  ];
}

function text(term: string, value: string | undefined, mono = false): Fact | false {
  if (value === undefined || value === "") return false;
  return { term, value: <DataText mono={mono}>{value}</DataText> };
}
