import type { Profile, ReputationException } from "@breakwater/protocol";
import { ENTRY_TYPE_LABELS } from "../../lib/entry-labels.ts";
import { formatExact } from "../../lib/format-number.ts";
import type { Column } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { State } from "../../ui/State.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { useNow } from "../../ui/use-now.tsx";
import { scopeText, stateLook } from "./exception-labels.ts";

/** Columns need the profiles for the names in scopes. */
export function exceptionColumns(
  profiles: readonly Profile[],
): readonly Column<ReputationException>[] {
  return [
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
      from: "2xl",
      cell: ({ type }) => ENTRY_TYPE_LABELS[type],
    },
    {
      id: "state",
      header: "State",
      width: 112,
      cell: (exception) => <ExceptionState exception={exception} />,
    },
    {
      id: "scope",
      header: "Holds for",
      width: 190,
      from: "lg",
      cell: ({ scope }) => <DataText truncate>{scopeText(scope, profiles)}</DataText>,
    },
    {
      id: "reason",
      header: "Reason",
      from: "md",
      cell: ({ reason }) => <DataText truncate>{reason}</DataText>,
    },
    {
      id: "covers",
      header: "Lifts",
      width: 84,
      from: "xl",
      align: "right",
      cell: ({ covers }) => formatExact(covers),
    },
    {
      id: "owner",
      header: "Owner",
      width: 130,
      from: "2xl",
      cell: ({ owner }) => <DataText truncate>{owner}</DataText>,
    },
    {
      id: "expires",
      header: "Ends",
      width: 112,
      from: "sm",
      cell: ({ expires }) => <TimeAgo time={expires} none="never" />,
    },
  ];
}

/** State of an exception now. */
export function ExceptionState({ exception }: { exception: ReputationException }) {
  const look = stateLook(exception, useNow());
  return <State tone={look.tone}>{look.label}</State>;
}
