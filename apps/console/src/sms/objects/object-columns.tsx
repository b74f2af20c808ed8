import type { Entry } from "@breakwater/protocol";
import { ENTRY_STATE_LOOKS, ENTRY_TYPE_LABELS, enforcementText } from "../../lib/entry-labels.ts";
import type { Column } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { RiskLevel } from "../../ui/Severity.tsx";
import { State } from "../../ui/State.tsx";
import { TimeAgo } from "../../ui/Time.tsx";

export const objectColumns: readonly Column<Entry>[] = [
  {
    id: "value",
    header: "Object",
    cell: (entry) => (
      <DataText mono truncate>
        {entry.value}
      </DataText>
    ),
  },
  {
    id: "type",
    header: "Type",
    width: 124,
    from: "md",
    cell: (entry) => ENTRY_TYPE_LABELS[entry.type],
  },
  {
    id: "severity",
    header: "Severity",
    width: 104,
    from: "sm",
    cell: (entry) => <RiskLevel risk={entry.severity} />,
  },
  {
    id: "devices",
    header: "On devices",
    width: 128,
    cell: ({ enforcement }) => (
      <span title={ENTRY_STATE_LOOKS[enforcement.state].label}>
        <State tone={ENTRY_STATE_LOOKS[enforcement.state].tone} truncate>
          <span className="tabular-nums">{enforcementText(enforcement)}</span>
          <span className="sr-only">, {ENTRY_STATE_LOOKS[enforcement.state].label}</span>
        </State>
      </span>
    ),
  },
  {
    id: "action",
    header: "Action set",
    width: 148,
    from: "xl",
    cell: (entry) => entry.filter?.actionSet ?? <span className="text-muted">none</span>,
  },
  {
    id: "sources",
    header: "Sources",
    width: 190,
    from: "2xl",
    cell: (entry) => <DataText truncate>{entry.sources.join(", ")}</DataText>,
  },
  {
    id: "expires",
    header: "Expires",
    width: 108,
    from: "3xl",
    cell: (entry) => <TimeAgo time={entry.expires} none="never" />,
  },
  {
    id: "created",
    header: "Added",
    width: 112,
    from: "lg",
    cell: (entry) => <TimeAgo time={entry.created} />,
  },
];
