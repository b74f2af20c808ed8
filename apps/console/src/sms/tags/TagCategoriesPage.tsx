import type { TagCategory } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import Ellipsis from "lucide-react/icons/ellipsis";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { QueryView } from "../../query/QueryView.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { useUrlState } from "../../query/use-url-state.ts";
import { FullBleed, Page } from "../../shell/Page.tsx";
import { Button, IconButton } from "../../ui/Button.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { smsQueries } from "../client.ts";
import { CategoryDialog } from "./CategoryDialog.tsx";
import { DeleteCategoryDialog } from "./DeleteCategoryDialog.tsx";
import { ImportCategoriesDialog } from "./ImportCategoriesDialog.tsx";
import { tagCategoryColumns } from "./tag-category-columns.tsx";
import { useExportCategories } from "./use-export-categories.ts";

const DEFAULTS = { sort: "origin", open: "", add: "", import: "" };

/** What entries can be tagged with, and what kind of value each category takes. */
export default function TagCategoriesPage() {
  usePageTitle("Tag categories");
  const [view, setView] = useUrlState(DEFAULTS);
  const denied = useDenied("tag-categories:write");
  const [deleting, setDeleting] = useState<TagCategory>();
  const query = useQuery({
    ...smsQueries.one("GET /api/v1/reputation/tag-categories"),
    refetchInterval: 10_000,
  });
  const exporting = useExportCategories();
  const add = () => setView({ add: "1" });
  const open = query.data?.items.find(({ id }) => id === view.open);
  useActions([
    {
      id: "add-tag-category",
      group: "Tag categories",
      label: "Add tag category",
      keys: "a",
      run: add,
      disabledReason: denied,
    },
  ]);
  return (
    <Page layout="fill">
      <PageHeader
        title="Tag categories"
        actions={
          <>
            <Menu
              label="Files of tag categories"
              trigger={<Button>Import or export</Button>}
              actions={[
                {
                  id: "import",
                  label: "Import",
                  onAction: () => setView({ import: "1" }),
                  disabledReason: denied,
                },
                { id: "xml", label: "Export as XML", onAction: () => exporting.mutate("xml") },
                { id: "json", label: "Export as JSON", onAction: () => exporting.mutate("json") },
              ]}
            />
            <Button
              variant="primary"
              icon={<Plus size={16} aria-hidden />}
              onPress={add}
              disabledReason={denied}
            >
              Add tag category
            </Button>
          </>
        }
      >
        What entries are tagged with; reputation filters test these tags.
      </PageHeader>
      <ErrorCallout error={exporting.error} />
      <QueryView query={query} what="tag categories">
        {({ items }) => (
          <FullBleed>
            <DataTable
              label="Tag categories"
              columns={tagCategoryColumns}
              rows={items}
              rowId={({ id }) => id}
              rowName={({ name }) => name}
              sort={view.sort}
              onSort={(sort) => setView({ sort })}
              rowAction={(category) => (
                <RowMenu
                  category={category}
                  denied={denied}
                  onEdit={() => setView({ open: category.id })}
                  onDelete={() => setDeleting(category)}
                />
              )}
            />
          </FullBleed>
        )}
      </QueryView>
      {(view.add !== "" || (open !== undefined && !open.predefined)) && (
        <CategoryDialog
          key={view.open}
          existing={view.add === "" ? open : undefined}
          onClose={() => setView({ add: "", open: "" }, { replace: true })}
        />
      )}
      {view.import !== "" && (
        <ImportCategoriesDialog onClose={() => setView({ import: "" }, { replace: true })} />
      )}
      {deleting !== undefined && (
        <DeleteCategoryDialog category={deleting} onClose={() => setDeleting(undefined)} />
      )}
    </Page>
  );
}

function RowMenu({
  category,
  denied,
  onEdit,
  onDelete,
}: {
  category: TagCategory;
  denied: string | undefined;
  onEdit: () => void;
  onDelete: () => void;
}) {
  const disabledReason = category.predefined
    ? "Predefined categories are the same everywhere"
    : denied;
  return (
    <Menu
      label={`More for ${category.name}`}
      trigger={
        <IconButton
          size="sm"
          label={`More for ${category.name}`}
          icon={<Ellipsis size={16} aria-hidden />}
        />
      }
      actions={[
        { id: "edit", label: "Edit", onAction: onEdit, disabledReason },
        { id: "delete", label: "Delete", danger: true, onAction: onDelete, disabledReason },
      ]}
    />
  );
}
