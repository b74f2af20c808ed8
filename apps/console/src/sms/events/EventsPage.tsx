import type { StoredEvent } from "@breakwater/protocol";
import { useCallback, useMemo } from "react";
import { withRangeStart } from "../../lib/time-range.ts";
import { useLivePages } from "../../query/use-live-pages.ts";
import { usePageTitle } from "../../query/use-page-title.ts";
import { ListWithPanel, Page } from "../../shell/Page.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { FreshPill } from "../../ui/FreshPill.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { LoadFailed, Loading, NoMatch, NothingYet } from "../../ui/states.tsx";
import { smsQueries } from "../client.ts";
import { EventDetails } from "./EventDetails.tsx";
import { EventsToolbar } from "./EventsToolbar.tsx";
import { eventColumns } from "./event-columns.tsx";
import { useEventFilters } from "./use-event-filters.ts";

/** What the devices saw and did. */
export default function EventsPage() {
  usePageTitle("Events");
  const filters = useEventFilters();
  const { view, setView, query, isFiltered, reset } = filters;
  const options = useMemo(
    () => smsQueries.pages("GET /api/v1/events", { ...query, limit: 100 }, withRangeStart),
    [query],
  );
  const { list, rows, fresh, showFresh, more, total } = useLivePages<StoredEvent>(options);
  const close = useCallback(() => setView({ open: "" }), [setView]);
  const openAt = rows.findIndex((row) => row.id === view.open);
  const step = (by: number) => {
    const next = rows[openAt + by];
    if (next !== undefined) setView({ open: next.id }, { replace: view.open !== "" });
  };
  useActions([
    { id: "events-fresh", group: "Events", label: "Show new events", keys: "r", run: showFresh },
    {
      id: "events-previous",
      group: "Events",
      label: "Previous event in the panel",
      keys: "[",
      keysOnly: true,
      run: () => step(-1),
    },
    {
      id: "events-next",
      group: "Events",
      label: "Next event in the panel",
      keys: "]",
      keysOnly: true,
      run: () => step(1),
    },
  ]);
  return (
    <Page layout="fill">
      <PageHeader title="Events">What the devices saw and did, newest first.</PageHeader>
      <ListWithPanel
        list={
          <>
            <EventsToolbar filters={filters} total={total} />
            <FreshPill count={fresh.count} atLeast={fresh.atLeast} onShow={showFresh} />
            {list.data === undefined && list.error === null && (
              <div className="px-6">
                <Loading what="events" />
              </div>
            )}
            {list.data === undefined && list.error !== null && (
              <LoadFailed error={list.error} what="events" onRetry={() => void list.refetch()} />
            )}
            {list.data !== undefined &&
              rows.length === 0 &&
              (isFiltered ? <NoMatch what="events" onReset={reset} /> : <NoEvents />)}
            {rows.length > 0 && (
              <DataTable
                label="Events"
                columns={eventColumns}
                rows={rows}
                rowId={(row) => row.id}
                rowName={(row) => row.name}
                href={(row) => `/events?open=${encodeURIComponent(row.id)}`}
                onOpen={(row) => setView({ open: row.id })}
                openId={view.open === "" ? undefined : view.open}
                total={total?.value ?? rows.length}
                onEnd={more}
              />
            )}
          </>
        }
        panel={
          view.open !== "" && (
            <EventDetails key={view.open} id={view.open} known={rows[openAt]} onClose={close} />
          )
        }
      />
    </Page>
  );
}

function NoEvents() {
  return (
    <NothingYet title="No events yet">
      Events appear here within seconds of a device acting on traffic. New ones show by themselves.
    </NothingYet>
  );
}
