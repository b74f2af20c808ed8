import type { EnrollmentToken } from "@breakwater/protocol";
import { Button } from "./Button.tsx";
import { type Column, DataTable } from "./DataTable.tsx";
import { DataText } from "./DataText.tsx";
import { State, type StateTone } from "./State.tsx";
import { TimeAgo } from "./Time.tsx";

export const TOKEN_LOOKS: Readonly<
  Record<EnrollmentToken["state"], { label: string; tone: StateTone }>
> = {
  unused: { label: "Waiting", tone: "none" },
  used: { label: "Used", tone: "ok" },
  expired: { label: "Expired", tone: "off" },
  revoked: { label: "Revoked", tone: "off" },
};

const columns: readonly Column<EnrollmentToken>[] = [
  {
    id: "note",
    header: "Note",
    sortBy: (token) => token.note,
    cell: (token) => <DataText truncate>{token.note === "" ? "no note" : token.note}</DataText>,
  },
  {
    id: "state",
    header: "State",
    width: 110,
    sortBy: (token) => token.state,
    cell: (token) => (
      <State tone={TOKEN_LOOKS[token.state].tone}>{TOKEN_LOOKS[token.state].label}</State>
    ),
  },
  {
    id: "usedBy",
    header: "Used by",
    width: 180,
    sortBy: (token) => token.usedBy ?? "",
    cell: (token) =>
      token.usedBy === null ? (
        <span className="text-muted">–</span>
      ) : (
        <DataText truncate>{token.usedBy}</DataText>
      ),
  },
  {
    id: "created",
    header: "Created",
    width: 120,
    from: "md",
    sortBy: (token) => -Date.parse(token.created),
    cell: (token) => <TimeAgo time={token.created} />,
  },
  {
    id: "createdBy",
    header: "By",
    width: 120,
    from: "lg",
    sortBy: (token) => token.createdBy,
    cell: (token) => <DataText truncate>{token.createdBy}</DataText>,
  },
  {
    id: "expires",
    header: "Expires",
    width: 120,
    from: "md",
    sortBy: (token) => Date.parse(token.expires),
    cell: (token) => <TimeAgo time={token.expires} />,
  },
];

type Props = {
  tokens: readonly EnrollmentToken[];
  sort: string;
  onSort: (sort: string) => void;
  onRevoke: (token: EnrollmentToken) => void;
  denied: string | undefined;
};

/** Enrollment tokens; the secret itself is never listed. */
export function TokenTable({ tokens, sort, onSort, onRevoke, denied }: Props) {
  return (
    <DataTable
      label="Enrollment tokens"
      columns={[...columns, actionColumn(onRevoke, denied)]}
      rows={tokens}
      rowId={(token) => token.id}
      rowName={(token) => token.note}
      sort={sort}
      onSort={onSort}
    />
  );
}

function actionColumn(
  onRevoke: (token: EnrollmentToken) => void,
  denied: string | undefined,
): Column<EnrollmentToken> {
  return {
    id: "actions",
    header: "Actions",
    hideHeader: true,
    width: 124,
    cell: (token) =>
      token.state === "unused" && (
        <Button size="sm" variant="quiet" onPress={() => onRevoke(token)} disabledReason={denied}>
          Revoke
        </Button>
      ),
  };
}
