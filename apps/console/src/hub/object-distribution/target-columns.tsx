import type { DistributionTarget } from "@breakwater/protocol";
import { formatExact } from "../../lib/format-number.ts";
import type { Column } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { State } from "../../ui/State.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { RISK_LABELS, TARGET_STATES } from "./distribution-labels.ts";

export const targetColumns: readonly Column<DistributionTarget>[] = [
  {
    id: "name",
    header: "Name",
    sortBy: (target) => target.name,
    cell: (target) => <DataText truncate>{target.name}</DataText>,
  },
  {
    id: "server",
    header: "Server",
    width: 180,
    from: "md",
    sortBy: (target) => target.address,
    cell: (target) => (
      <DataText mono truncate>
        {target.port === 443 ? target.address : `${target.address}:${target.port}`}
      </DataText>
    ),
  },
  {
    id: "state",
    header: "State",
    width: 130,
    sortBy: (target) => target.state,
    cell: (target) => (
      <State tone={TARGET_STATES[target.state].tone}>{TARGET_STATES[target.state].label}</State>
    ),
  },
  {
    id: "risk",
    header: "Risk level",
    width: 170,
    from: "xl",
    cell: (target) => RISK_LABELS[target.risk],
  },
  {
    id: "sent",
    header: "Sent",
    width: 90,
    align: "right",
    sortBy: (target) => target.objects.sent,
    cell: (target) => formatExact(target.objects.sent),
  },
  {
    id: "waiting",
    header: "Waiting",
    width: 90,
    from: "lg",
    align: "right",
    sortBy: (target) => target.objects.waiting,
    cell: (target) => formatExact(target.objects.waiting),
  },
  {
    id: "refused",
    header: "Refused",
    width: 90,
    from: "lg",
    align: "right",
    sortBy: (target) => target.objects.refused,
    cell: (target) => formatExact(target.objects.refused),
  },
  {
    id: "success",
    header: "Last success",
    width: 130,
    from: "xl",
    sortBy: (target) => target.lastSuccess ?? "",
    cell: (target) => <TimeAgo time={target.lastSuccess} />,
  },
];
