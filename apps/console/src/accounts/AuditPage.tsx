import type { AuditRecord } from "@breakwater/protocol";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { formatExact, plural } from "../lib/format-number.ts";
import { usePageTitle } from "../query/use-page-title.ts";
import { useUrlState } from "../query/use-url-state.ts";
import { ListWithPanel, Page } from "../shell/Page.tsx";
import { Button } from "../ui/Button.tsx";
import { type Column, DataTable } from "../ui/DataTable.tsx";
import { DataText } from "../ui/DataText.tsx";
import { FilterChip } from "../ui/FilterChip.tsx";
import { ListToolbar } from "../ui/ListToolbar.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { SearchBox } from "../ui/SearchBox.tsx";
import { State } from "../ui/State.tsx";
import { LoadFailed, Loading, NoMatch, NothingYet } from "../ui/states.tsx";
import { When } from "../ui/Time.tsx";
import { AuditDetails } from "./AuditDetails.tsx";
import { accountsQueries } from "./client.ts";

const DEFAULTS = { action: "", actor: "", open: "" };

const columns: readonly Column<AuditRecord>[] = [
  { id: "time", header: "Time", width: 150, cell: (record) => <When time={record.time} /> },
  {
    id: "actor",
    header: "Who",
    width: 150,
    cell: (record) => <DataText truncate>{record.actor}</DataText>,
  },
  {
    id: "action",
    header: "What",
    width: 210,
    cell: (record) => <DataText truncate>{record.action}</DataText>,
  },
  {
    id: "object",
    header: "Object",
    cell: (record) => <DataText truncate>{record.object}</DataText>,
  },
  { id: "via", header: "Via", width: 90, from: "2xl", cell: (record) => record.via },
  {
    id: "source",
    header: "From",
    width: 150,
    from: "xl",
    cell: (record) => (
      <DataText mono truncate>
        {record.source}
      </DataText>
    ),
  },
];

/** Who changed what, newest first. */
export default function AuditPage() {
  usePageTitle("Audit log");
  const [view, setView] = useUrlState(DEFAULTS);
  const filters = {
    ...(view.action === "" ? {} : { action: view.action }),
    ...(view.actor === "" ? {} : { actor: view.actor }),
  };
  const isFiltered = Object.keys(filters).length > 0;
  const list = useInfiniteQuery(
    accountsQueries.pages("GET /auth/v1/audit", { ...filters, limit: 100 }),
  );
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const close = useCallback(() => setView({ open: "" }), [setView]);
  const search = useCallback(
    (action: string) => setView({ action: action.trim() }, { replace: true }),
    [setView],
  );
  const open = rows.find((row) => String(row.id) === view.open);
  return (
    <Page layout="fill">
      <PageHeader title="Audit log" actions={<ChainState />}>
        Every change, with who made it and what it was before.
      </PageHeader>
      <ListWithPanel
        list={
          <>
            <ListToolbar
              count={
                total === undefined
                  ? undefined
                  : `${total.exact ? "" : "≈ "}${plural(total.value, "record")}`
              }
            >
              <SearchBox
                label="Filter by action"
                placeholder="Action, such as reputation.add"
                value={view.action}
                onChange={search}
              />
              {view.actor !== "" && (
                <FilterChip
                  label="Who"
                  value={view.actor}
                  onRemove={() => setView({ actor: "" })}
                />
              )}
              {isFiltered && (
                <Button variant="quiet" onPress={() => setView({ action: "", actor: "" })}>
                  Reset
                </Button>
              )}
            </ListToolbar>
            {list.data === undefined && list.error === null && (
              <div className="px-6">
                <Loading what="the audit log" />
              </div>
            )}
            {list.data === undefined && list.error !== null && (
              <LoadFailed
                error={list.error}
                what="the audit log"
                onRetry={() => void list.refetch()}
              />
            )}
            {list.data !== undefined &&
              rows.length === 0 &&
              (isFiltered ? (
                <NoMatch what="records" onReset={() => setView({ action: "", actor: "" })} />
              ) : (
                <NothingYet title="Nothing has been changed yet" />
              ))}
            {rows.length > 0 && (
              <DataTable
                label="Audit log"
                columns={columns}
                rows={rows}
                rowId={(row) => String(row.id)}
                rowName={(row) => row.action}
                href={(row) => `/audit?open=${row.id}`}
                onOpen={(row) => setView({ open: String(row.id) })}
                openId={view.open === "" ? undefined : view.open}
                total={total?.value ?? rows.length}
                onEnd={more}
              />
            )}
          </>
        }
        panel={
          open !== undefined && (
            <AuditDetails
              key={open.id}
              record={open}
              onActor={(actor) => setView({ actor, open: "" })}
              onClose={close}
            />
          )
        }
      />
    </Page>
  );
}

/** The records are chained by hashes; a change of an old one would show here. */
function ChainState() {
  const { data } = useQuery({
    ...accountsQueries.one("GET /auth/v1/audit/verification"),
    staleTime: 60_000,
  });
  if (data === undefined) return null;
  if (data.ok)
    return <State tone="ok">{`Unaltered: ${formatExact(data.records)} records verified`}</State>;
  return <State tone="error">{`Altered at record ${data.firstBroken ?? "?"}`}</State>;
}
