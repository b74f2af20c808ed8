import type { Entry } from "@breakwater/protocol";
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
import { smsQueries } from "../client.ts";
import { AddObjectsDialog } from "./AddObjectsDialog.tsx";
import { DeleteObjectsDialog } from "./DeleteObjectsDialog.tsx";
import { ObjectDetails } from "./ObjectDetails.tsx";
import { ObjectsEmpty } from "./ObjectsEmpty.tsx";
import { ObjectsToolbar } from "./ObjectsToolbar.tsx";
import { objectColumns } from "./object-columns.tsx";
import { useObjectFilters } from "./use-object-filters.ts";

/** The reputation database: what is acted on, why, and on how many devices it is in force. */
export default function ObjectsPage() {
  usePageTitle("Suspicious objects");
  const filters = useObjectFilters();
  const { view, setView } = filters;
  const denied = useDenied("reputation:write");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [deleting, setDeleting] = useState<readonly Entry[]>();
  const list = useInfiniteQuery({
    ...smsQueries.pages("GET /api/v1/reputation/entries", { ...filters.query, limit: 100 }),
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 3 ? 15_000 : 3_000),
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = rows.filter((row) => selected.has(row.id));
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
        Addresses, domains, URLs and file hashes that reputation filters can act on.
      </PageHeader>
      <ListWithPanel
        list={
          <>
            <ObjectsToolbar
              filters={filters}
              total={list.data?.pages[0]?.total}
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
              <ObjectsEmpty filters={filters} onAdd={add} denied={denied} />
            )}
            {rows.length > 0 && (
              <DataTable
                label="Suspicious objects"
                columns={objectColumns}
                rows={rows}
                rowId={(row) => row.id}
                rowName={(row) => row.value}
                href={(row) => `/suspicious-objects/${row.id}`}
                onOpen={(row) => setView({ open: row.id })}
                openId={view.open === "" ? undefined : view.open}
                selection={{ selected, onChange: setSelected }}
                total={list.data?.pages[0]?.total.value ?? rows.length}
                onEnd={more}
              />
            )}
          </>
        }
        panel={view.open !== "" && <ObjectDetails key={view.open} id={view.open} onClose={close} />}
      />
      {view.add !== "" && (
        <AddObjectsDialog
          key={view.add}
          initial={view.add === "1" ? "" : view.add}
          onClose={() => setView({ add: "" }, { replace: true })}
        />
      )}
      {deleting !== undefined && (
        <DeleteObjectsDialog
          entries={deleting}
          onClose={() => setDeleting(undefined)}
          onDone={() => {
            setDeleting(undefined);
            setSelected(new Set());
          }}
        />
      )}
    </Page>
  );
}
