import type { StoredEvent } from "@breakwater/protocol";
import { formatExact } from "../../lib/format-number.ts";
import type { Column } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { EventSeverity } from "../../ui/Severity.tsx";
import { When } from "../../ui/Time.tsx";
import { Verdict } from "../../ui/Verdict.tsx";
import { endpoint } from "./event-text.ts";

export const eventColumns: readonly Column<StoredEvent>[] = [
  { id: "time", header: "Time", width: 138, cell: (event) => <When time={event.time} /> },
  {
    id: "severity",
    header: "Severity",
    width: 100,
    cell: (event) => <EventSeverity value={event.severity} />,
  },
  {
    id: "verdict",
    header: "Verdict",
    width: 116,
    cell: (event) =>
      event.kind === "gap" ? (
        <span className="text-muted">–</span>
      ) : (
        <Verdict verdict={event.verdict} />
      ),
  },
  { id: "name", header: "Name", cell: (event) => <DataText truncate>{event.name}</DataText> },
  {
    id: "object",
    header: "Object",
    width: 200,
    from: "2xl",
    cell: (event) =>
      event.entry === undefined ? (
        <span className="text-muted">–</span>
      ) : (
        <DataText mono truncate>
          {event.entry.value}
        </DataText>
      ),
  },
  {
    id: "source",
    header: "Source",
    width: 164,
    from: "lg",
    cell: (event) =>
      event.kind !== "gap" && (
        <DataText mono truncate>
          {endpoint(event.src, event.spt)}
        </DataText>
      ),
  },
  {
    id: "destination",
    header: "Destination",
    width: 164,
    from: "xl",
    cell: (event) =>
      event.kind !== "gap" && (
        <DataText mono truncate>
          {endpoint(event.dst, event.dpt)}
        </DataText>
      ),
  },
  {
    id: "app",
    header: "Protocol",
    width: 88,
    from: "3xl",
    cell: (event) => <DataText truncate>{event.app === "" ? event.protocol : event.app}</DataText>,
  },
  {
    id: "device",
    header: "Device",
    width: 122,
    from: "xl",
    cell: (event) => <DataText truncate>{event.device.name}</DataText>,
  },
  {
    id: "count",
    header: "Count",
    width: 84,
    from: "3xl",
    align: "right",
    cell: (event) => formatExact(event.count),
  },
];
