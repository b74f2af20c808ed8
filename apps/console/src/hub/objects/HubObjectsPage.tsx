import type { HubObject } from "@breakwater/protocol";
import { useInfiniteQuery } from "@tanstack/react-query";
import Plus from "lucide-react/icons/plus";
import { useCallback, useState } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { ListWithPanel, Page } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { LoadFailed, Loading } from "../../ui/states.tsx";
import { hubQueries } from "../client.ts";
import { AddHubObjectsDialog } from "./AddHubObjectsDialog.tsx";
import { DeleteHubObjectsDialog } from "./DeleteHubObjectsDialog.tsx";
import { HubObjectDetails } from "./HubObjectDetails.tsx";
import { HubObjectsEmpty } from "./HubObjectsEmpty.tsx";
import { HubObjectsToolbar } from "./HubObjectsToolbar.tsx";
import { hubObjectColumns } from "./hub-object-columns.tsx";
import { useHubObjectFilters } from "./use-hub-object-filters.ts";

/** The name of an object in addresses and selections. */
const idOf = (object: HubObject) => `${object.type}:${object.value}`;

/** The suspicious object list, and how many managers have each object. */
export default function HubObjectsPage() {
  usePageTitle("Suspicious objects");
  const filters = useHubObjectFilters();
  const { view, setView } = filters;
  const denied = useDenied("objects:write");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [deleting, setDeleting] = useState<readonly HubObject[]>();
  const list = useInfiniteQuery({
    ...hubQueries.pages("GET /hub/v1/objects", { ...filters.query, limit: 100 }),
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 3 ? 15_000 : 3_000),
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  const chosen = rows.filter((row) => selected.has(idOf(row)));
  const add = () => setView({ add: "1" });
  const remove = () => setDeleting(chosen);
  useActions([
    {
      id: "add-objects",
      group: "Suspicious objects",
      label: "Add objects",
      keys: "a",
      run: add,
      disabledReason: denied,
    },
    {
      id: "delete-objects",
      group: "Suspicious objects",
      label: "Delete the selected objects",
      keys: "#",
      run: remove,
      disabledReason: denied ?? (chosen.length === 0 && "Nothing is selected"),
    },
  ]);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const close = useCallback(() => setView({ open: "" }), [setView]);
  const open = rows.find((row) => idOf(row) === view.open);
  return (
    <Page layout="fill">
      <PageHeader
        title="Suspicious objects"
        actions={
          <Button
            variant="primary"
            icon={<Plus size={16} aria-hidden />}
            onPress={add}
            disabledReason={denied}
          >
            Add objects
          </Button>
        }
      >
        What connected managers receive within a second and act on by their own filters.
      </PageHeader>
      <ListWithPanel
        list={
          <>
            <HubObjectsToolbar
              filters={filters}
              total={total}
              selected={chosen.length}
              onClear={() => setSelected(new Set())}
              onDelete={remove}
              denied={denied}
            />
            {list.data === undefined && list.error === null && (
              <div className="px-6">
                <Loading what="suspicious objects" />
              </div>
            )}
            {list.data === undefined && list.error !== null && (
              <LoadFailed
                error={list.error}
                what="suspicious objects"
                onRetry={() => void list.refetch()}
              />
            )}
            {list.data !== undefined && rows.length === 0 && (
              <HubObjectsEmpty filters={filters} onAdd={add} denied={denied} />
            )}
            {rows.length > 0 && (
              <DataTable
                label="Suspicious objects"
                columns={hubObjectColumns}
                rows={rows}
                rowId={idOf}
                rowName={(row) => row.value}
                href={(row) => `/suspicious-objects?open=${encodeURIComponent(idOf(row))}`}
                onOpen={(row) => setView({ open: idOf(row) })}
                openId={open === undefined ? undefined : view.open}
                selection={{ selected, onChange: setSelected }}
                total={total?.value ?? rows.length}
                onEnd={more}
              />
            )}
          </>
        }
        panel={
          open !== undefined && (
            <HubObjectDetails
              key={view.open}
              object={open}
              onClose={close}
              onDelete={() => setDeleting([open])}
              denied={denied}
            />
          )
        }
      />
      {view.add !== "" && (
        <AddHubObjectsDialog
          key={view.add}
          initial={view.add === "1" ? "" : view.add}
          onClose={() => setView({ add: "" }, { replace: true })}
        />
      )}
      {deleting !== undefined && (
        <DeleteHubObjectsDialog
          objects={deleting}
          onClose={() => setDeleting(undefined)}
          onDone={() => {
            setDeleting(undefined);
            setSelected(new Set());
            close();
          }}
        />
      )}
    </Page>
  );
}
