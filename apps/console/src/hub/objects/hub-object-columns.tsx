import type { HubObject } from "@breakwater/protocol";
import { OBJECT_SOURCE_LABELS, OBJECT_TYPE_LABELS } from "../../lib/hub-labels.ts";
import type { Column } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { RiskLevel } from "../../ui/Severity.tsx";
import { State } from "../../ui/State.tsx";
import { TimeAgo } from "../../ui/Time.tsx";

export const hubObjectColumns: readonly Column<HubObject>[] = [
  {
    id: "value",
    header: "Object",
    cell: (object) => (
      <DataText mono truncate>
        {object.value}
      </DataText>
    ),
  },
  {
    id: "type",
    header: "Type",
    width: 118,
    from: "md",
    cell: (object) => OBJECT_TYPE_LABELS[object.type],
  },
  {
    id: "risk",
    header: "Risk level",
    width: 104,
    cell: (object) => <RiskLevel risk={object.riskLevel} />,
  },
  {
    id: "action",
    header: "Scan action",
    width: 110,
    from: "lg",
    cell: (object) => (object.scanAction === "block" ? "Block" : "Log"),
  },
  {
    id: "synced",
    header: "Synced",
    width: 112,
    cell: (object) => <SyncState products={object.products} />,
  },
  {
    id: "source",
    header: "Source",
    width: 120,
    from: "xl",
    cell: (object) => OBJECT_SOURCE_LABELS[object.source],
  },
  {
    id: "description",
    header: "Description",
    width: 200,
    from: "2xl",
    cell: (object) => <DataText truncate>{object.description}</DataText>,
  },
  {
    id: "modified",
    header: "Last changed",
    width: 124,
    from: "lg",
    cell: (object) => <TimeAgo time={object.lastModified} />,
  },
  {
    id: "expires",
    header: "Expires",
    width: 116,
    from: "xl",
    cell: (object) => <TimeAgo time={object.expires} none="never" />,
  },
];

/** On how many of the connected managers. */
export function SyncState({ products: { synced, total } }: { products: HubObject["products"] }) {
  if (total === 0) return <State tone="off">no manager</State>;
  return (
    <State tone={synced === total ? "ok" : "busy"}>
      <span className="tabular-nums">{`${synced} of ${total}`}</span>
    </State>
  );
}
