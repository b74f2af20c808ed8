import type { HubDetection } from "@breakwater/protocol";
import type { Column } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { EventSeverity } from "../../ui/Severity.tsx";
import { When } from "../../ui/Time.tsx";
import { endpointOf } from "./detection-text.ts";

export const detectionColumns: readonly Column<HubDetection>[] = [
  {
    id: "time",
    header: "Time",
    width: 138,
    cell: (detection) => <When time={Number(detection.rt)} />,
  },
  {
    id: "severity",
    header: "Severity",
    width: 100,
    cell: (detection) => <EventSeverity value={detection.severity} />,
  },
  {
    id: "name",
    header: "Rule",
    cell: (detection) => <DataText truncate>{detection.ruleName}</DataText>,
  },
  {
    id: "action",
    header: "Action set",
    width: 146,
    from: "md",
    cell: (detection) => <DataText truncate>{detection.act}</DataText>,
  },
  {
    id: "source",
    header: "Source",
    width: 164,
    from: "lg",
    cell: (detection) => (
      <DataText mono truncate>
        {endpointOf(detection.src, detection.spt)}
      </DataText>
    ),
  },
  {
    id: "destination",
    header: "Destination",
    width: 164,
    from: "xl",
    cell: (detection) => (
      <DataText mono truncate>
        {endpointOf(detection.dst, detection.dpt)}
      </DataText>
    ),
  },
  {
    id: "device",
    header: "Device",
    width: 122,
    from: "xl",
    cell: (detection) => <DataText truncate>{detection.dvchost}</DataText>,
  },
  {
    id: "manager",
    header: "Manager",
    width: 122,
    from: "2xl",
    cell: (detection) => <DataText truncate>{detection.product.name}</DataText>,
  },
  {
    id: "app",
    header: "Protocol",
    width: 92,
    from: "3xl",
    cell: (detection) => <DataText truncate>{detection.app}</DataText>,
  },
  {
    id: "count",
    header: "Count",
    width: 84,
    from: "3xl",
    align: "right",
    cell: (detection) => detection.aggregatedCount,
  },
];
