import type { DistributedObject } from "@breakwater/protocol";
import { OBJECT_TYPE_LABELS } from "../../lib/hub-labels.ts";
import type { Column } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { RiskLevel } from "../../ui/Severity.tsx";
import { State } from "../../ui/State.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { OBJECT_STATES } from "./distribution-labels.ts";

export const sentColumns: readonly Column<DistributedObject>[] = [
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
    from: "lg",
    cell: (object) => <RiskLevel risk={object.riskLevel} />,
  },
  {
    id: "state",
    header: "State",
    width: 150,
    cell: (object) => (
      <State tone={OBJECT_STATES[object.state].tone}>
        {object.wanted || object.state === "deleted"
          ? OBJECT_STATES[object.state].label
          : `${OBJECT_STATES[object.state].label} (deletion)`}
      </State>
    ),
  },
  {
    id: "error",
    header: "Error",
    width: 320,
    from: "xl",
    cell: (object) => <DataText truncate>{object.error ?? ""}</DataText>,
  },
  {
    id: "next",
    header: "Next try",
    width: 124,
    from: "xl",
    cell: (object) => <TimeAgo time={object.nextTry} none="–" />,
  },
  {
    id: "sent",
    header: "Confirmed",
    width: 124,
    from: "md",
    cell: (object) => <TimeAgo time={object.sent} none="–" />,
  },
];
