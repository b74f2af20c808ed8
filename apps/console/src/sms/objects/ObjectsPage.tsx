import type { Entry } from "@breakwater/protocol";
import CircleHelp from "lucide-react/icons/circle-question-mark";
import Funnel from "lucide-react/icons/funnel";
import Plus from "lucide-react/icons/plus";
import { useCallback, useState } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { cx } from "../../lib/class-names.ts";
import { totalText } from "../../lib/total-text.ts";
import { PagedTable } from "../../query/PagedTable.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { ListWithPanel, Page } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { ListToolbar } from "../../ui/ListToolbar.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { Message } from "../../ui/states.tsx";
import { AddObjectsDialog } from "./AddObjectsDialog.tsx";
import { DeleteObjectsDialog } from "./DeleteObjectsDialog.tsx";
import { ObjectDetails } from "./ObjectDetails.tsx";
import { ObjectsEmpty } from "./ObjectsEmpty.tsx";
import { objectColumns } from "./object-columns.tsx";
import { SelectionBar } from "./SelectionBar.tsx";
import { FacetRail } from "./search/FacetRail.tsx";
import { knownValues } from "./search/known-values.ts";
import { QueryLine } from "./search/QueryLine.tsx";
import { SavedViews } from "./search/SavedViews.tsx";
import { SearchMenu } from "./search/SearchMenu.tsx";
import { useObjectSearch } from "./use-object-search.ts";

/** The reputation database: what is acted on, why, and on how many devices it is in force. */
export default function ObjectsPage() {
  usePageTitle("Suspicious objects");
  const search = useObjectSearch();
  const { view, setView, q, isValid, pages, facets, tagCategories } = search;
  const denied = useDenied("reputation:write");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [deleting, setDeleting] = useState<readonly Entry[]>();
  const [showsFacets, setShowsFacets] = useState(false);
  const add = (value = "1") => setView({ add: value });
  const close = useCallback(() => setView({ open: "" }), [setView]);
  const chosen = pages.rows.filter((row) => selected.has(row.id));
  const remove = () => setDeleting(chosen);
  useActions([
    {
      id: "add-objects",
      group: "Suspicious objects",
      label: "Add objects",
      keys: "a",
      run: () => add(),
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

  return (
    <Page layout="fill">
      <PageHeader
        title="Suspicious objects"
        actions={
          <Button
            variant="primary"
            icon={<Plus size={16} aria-hidden />}
            onPress={() => add()}
            disabledReason={denied}
          >
            Add objects
          </Button>
        }
      >
        Addresses, domains, URLs and file hashes that reputation filters can act on.
      </PageHeader>
      <div className="flex flex-wrap items-start gap-2">
        <div className="min-w-60 flex-1">
          <QueryLine
            value={view.q}
            known={knownValues(facets, tagCategories)}
            onChange={(text, { isDone }) => setView({ q: text }, { replace: !isDone })}
          />
        </div>
        <div className="flex items-center gap-2 pt-0.5">
          <Button
            className="lg:hidden"
            aria-expanded={showsFacets}
            icon={<Funnel size={14} aria-hidden />}
            onPress={() => setShowsFacets(!showsFacets)}
          >
            Facets
          </Button>
          <SavedViews q={q} onChoose={(text) => setView({ q: text })} />
          <SearchMenu q={q} isValid={isValid} />
        </div>
      </div>
      <ListWithPanel
        list={
          <div className="flex min-h-0 flex-1">
            <aside
              aria-label="Facets"
              className={cx(
                "w-56 flex-none flex-col gap-4 overflow-y-auto border-r border-hairline pr-3 pb-4 pl-6 lg:flex",
                showsFacets ? "flex" : "hidden",
              )}
            >
              {(isValid || facets !== undefined) && (
                <FacetRail facets={facets} q={q} onChange={(text) => setView({ q: text })} />
              )}
            </aside>
            <div className={cx("min-w-0 flex-1 flex-col lg:flex", showsFacets ? "hidden" : "flex")}>
              {chosen.length > 0 ? (
                <SelectionBar
                  selected={chosen.length}
                  denied={denied}
                  onDelete={remove}
                  onClear={() => setSelected(new Set())}
                />
              ) : (
                <ListToolbar count={totalText(pages.total, "object")}>
                  {q !== "" && (
                    <Button size="sm" variant="quiet" onPress={() => setView({ q: "" })}>
                      Reset the search
                    </Button>
                  )}
                </ListToolbar>
              )}
              {!isValid && pages.list.data === undefined ? (
                <Message
                  icon={<CircleHelp size={28} aria-hidden />}
                  title="The search is not complete"
                >
                  What is wrong is underlined and said below the line.
                </Message>
              ) : (
                <PagedTable
                  pages={pages}
                  what="suspicious objects"
                  empty={
                    <ObjectsEmpty
                      q={q}
                      onAdd={add}
                      onReset={() => setView({ q: "" })}
                      denied={denied}
                    />
                  }
                  label="Suspicious objects"
                  columns={objectColumns}
                  rowId={(row) => row.id}
                  rowName={(row) => row.value}
                  href={(row) => `/suspicious-objects/${row.id}`}
                  onOpen={(row) => setView({ open: row.id })}
                  openId={view.open === "" ? undefined : view.open}
                  selection={{ selected, onChange: setSelected }}
                />
              )}
            </div>
          </div>
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
