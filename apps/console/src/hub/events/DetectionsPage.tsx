import type { HubDetection } from "@breakwater/protocol";
import { useCallback, useMemo } from "react";
import { plural } from "../../lib/format-number.ts";
import { refang } from "../../lib/recognise-value.ts";
import { TIME_RANGES, withRangeStart } from "../../lib/time-range.ts";
import { useLivePages } from "../../query/use-live-pages.ts";
import { usePageTitle } from "../../query/use-page-title.ts";
import { useUrlState } from "../../query/use-url-state.ts";
import { ListWithPanel, Page } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { FreshPill } from "../../ui/FreshPill.tsx";
import { ListToolbar } from "../../ui/ListToolbar.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { SearchBox } from "../../ui/SearchBox.tsx";
import { Select } from "../../ui/Select.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { LoadFailed, Loading, NoMatch, NothingYet } from "../../ui/states.tsx";
import { hubQueries } from "../client.ts";
import { DetectionDetails } from "./DetectionDetails.tsx";
import { detectionColumns } from "./detection-columns.tsx";

const DEFAULTS = { q: "", range: "", open: "" };

/** Detections of all managers. */
export default function DetectionsPage() {
  usePageTitle("Events");
  const [view, setView] = useUrlState(DEFAULTS);
  const { q, range } = view;
  const options = useMemo(() => {
    const query = {
      ...(q.trim() === "" ? {} : { q: q.trim() }),
      ...(range === "" ? {} : { range }),
      limit: 100,
    };
    return hubQueries.pages("GET /hub/v1/detections", query, withRangeStart);
  }, [q, range]);
  const { list, rows, fresh, showFresh, more, total } = useLivePages<HubDetection>(options);
  const close = useCallback(() => setView({ open: "" }), [setView]);
  const search = useCallback(
    (text: string) => setView({ q: refang(text) }, { replace: true }),
    [setView],
  );
  const isFiltered = q !== "" || range !== "";
  const reset = () => setView({ q: "", range: "" });
  const openAt = rows.findIndex((row) => row.id === view.open);
  const open = rows[openAt];
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
      <PageHeader title="Events">Detections shared by connected managers, newest first.</PageHeader>
      <ListWithPanel
        list={
          <>
            <ListToolbar
              count={
                total === undefined
                  ? undefined
                  : `${total.exact ? "" : "≈ "}${plural(total.value, "event")}`
              }
            >
              <SearchBox
                label="Filter events"
                placeholder="Rule, address, device, request or CVE"
                value={q}
                onChange={search}
              />
              <Select
                label="Time"
                layout="inline"
                options={TIME_RANGES}
                value={TIME_RANGES.find((known) => known.value === range)?.value ?? ""}
                active={range !== ""}
                onChange={(next) => setView({ range: next })}
              />
              {isFiltered && (
                <Button variant="quiet" onPress={reset}>
                  Reset
                </Button>
              )}
            </ListToolbar>
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
              (isFiltered ? (
                <NoMatch what="events" onReset={reset} />
              ) : (
                <NothingYet title="No events yet">
                  They appear when a connected manager shares its first detection. New ones show by
                  themselves.
                </NothingYet>
              ))}
            {rows.length > 0 && (
              <DataTable
                label="Events"
                columns={detectionColumns}
                rows={rows}
                rowId={(row) => row.id}
                rowName={(row) => row.ruleName}
                href={(row) => `/events?open=${encodeURIComponent(row.id)}`}
                onOpen={(row) => setView({ open: row.id })}
                openId={open?.id}
                total={total?.value ?? rows.length}
                onEnd={more}
              />
            )}
          </>
        }
        panel={
          open !== undefined && <DetectionDetails key={open.id} detection={open} onClose={close} />
        }
      />
    </Page>
  );
}
