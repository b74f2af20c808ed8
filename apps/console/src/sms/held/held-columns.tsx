import type { HeldEntry } from "@breakwater/protocol";
import { ENTRY_TYPE_LABELS } from "../../lib/entry-labels.ts";
import type { Column } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { TimeAgo } from "../../ui/Time.tsx";

export const heldColumns: readonly Column<HeldEntry>[] = [
  {
    id: "value",
    header: "Object",
    cell: ({ value }) => (
      <DataText mono truncate>
        {value}
      </DataText>
    ),
  },
  {
    id: "type",
    header: "Type",
    width: 124,
    from: "xl",
    cell: ({ type }) => ENTRY_TYPE_LABELS[type],
  },
  {
    id: "reason",
    header: "Why it is held",
    cell: ({ reason }) => <DataText truncate>{reason}</DataText>,
  },
  {
    id: "source",
    header: "Source",
    width: 190,
    from: "lg",
    cell: ({ source }) => <DataText truncate>{source}</DataText>,
  },
  {
    id: "since",
    header: "Since",
    width: 112,
    from: "md",
    cell: ({ since }) => <TimeAgo time={since} />,
  },
];
