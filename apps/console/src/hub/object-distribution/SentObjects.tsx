import type { DistributedObject, DistributionTarget } from "@breakwater/protocol";
import { useInfiniteQuery } from "@tanstack/react-query";
import RefreshCw from "lucide-react/icons/refresh-cw";
import { useCallback, useState } from "react";
import { keysOf } from "../../lib/entry-labels.ts";
import { plural } from "../../lib/format-number.ts";
import { refang } from "../../lib/recognise-value.ts";
import { oneOf } from "../../query/use-url-state.ts";
import { FullBleed } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { ListToolbar } from "../../ui/ListToolbar.tsx";
import { SearchBox } from "../../ui/SearchBox.tsx";
import { Select } from "../../ui/Select.tsx";
import { LoadFailed, Loading, NoMatch, NothingYet } from "../../ui/states.tsx";
import { hubQueries } from "../client.ts";
import { OBJECT_STATES } from "./distribution-labels.ts";
import { sentColumns } from "./sent-columns.tsx";
import { useRetry } from "./use-retry.ts";

const STATES = keysOf(OBJECT_STATES);
const OPTIONS = [
  { value: "", label: "Any" },
  ...STATES.map((value) => ({ value, label: OBJECT_STATES[value].label })),
];
const idOf = (object: DistributedObject) => `${object.type}:${object.value}`;

type Props = {
  target: DistributionTarget;
  view: { q: string; state: string };
  onView: (patch: { q?: string; state?: string }, options?: { replace?: boolean }) => void;
  denied: string | undefined;
};

/** What one server was sent, with the state of each object. */
export function SentObjects({ target, view, onView, denied }: Props) {
  const state = oneOf(view.state, STATES);
  const q = view.q.trim();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const retry = useRetry(target.id);
  const query = {
    limit: 100,
    ...(q === "" ? {} : { q }),
    ...(state === undefined ? {} : { state }),
  };
  const key = "GET /hub/v1/object-distribution/targets/{id}/objects" as const;
  const list = useInfiniteQuery({
    queryKey: ["GET /hub/v1/object-distribution/targets", target.id, "objects", query],
    queryFn: ({ signal, pageParam }) =>
      hubQueries
        .one(key, {
          params: { id: target.id },
          query: { ...query, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        })
        .queryFn({ signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: (one) => ((one.state.data?.pages.length ?? 0) > 3 ? 15_000 : 3_000),
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  const chosen = rows.filter((row) => selected.has(idOf(row)) && row.state === "refused");
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const search = useCallback(
    (text: string) => onView({ q: refang(text) }, { replace: true }),
    [onView],
  );
  const nothing = target.objects.refused === 0 && "The server refused nothing";
  return (
    <FullBleed>
      <ListToolbar
        count={
          total === undefined
            ? undefined
            : `${total.exact ? "" : "≈ "}${plural(total.value, "object")}`
        }
      >
        <SearchBox
          label="Filter objects"
          placeholder="Value or part of it"
          value={view.q}
          onChange={search}
        />
        <Select
          label="State"
          layout="inline"
          options={OPTIONS}
          value={state ?? ""}
          active={state !== undefined}
          onChange={(next) => onView({ state: next })}
        />
        <Button
          icon={<RefreshCw size={14} aria-hidden />}
          onPress={() => retry.mutate(chosen.length > 0 ? chosen : undefined)}
          isPending={retry.isPending}
          disabledReason={denied ?? nothing}
        >
          {chosen.length > 0 ? "Retry the selected" : "Retry all refused"}
        </Button>
      </ListToolbar>
      <ErrorCallout error={retry.error} />
      {list.data === undefined && list.error === null && (
        <div className="px-6">
          <Loading what="sent objects" />
        </div>
      )}
      {list.data === undefined && list.error !== null && (
        <LoadFailed error={list.error} what="sent objects" onRetry={() => void list.refetch()} />
      )}
      {list.data !== undefined &&
        rows.length === 0 &&
        (q === "" && state === undefined ? (
          <NothingYet title="Nothing was sent yet">
            Objects that meet the criteria are sent as soon as they are on the list.
          </NothingYet>
        ) : (
          <NoMatch what="objects" onReset={() => onView({ q: "", state: "" })} />
        ))}
      {rows.length > 0 && (
        <DataTable
          label="Sent objects"
          columns={sentColumns}
          rows={rows}
          rowId={idOf}
          rowName={(row) => row.value}
          selection={{ selected, onChange: setSelected }}
          total={total?.value ?? rows.length}
          onEnd={more}
        />
      )}
    </FullBleed>
  );
}
