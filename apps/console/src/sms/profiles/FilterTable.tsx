import type { Profile, ReputationFilter } from "@breakwater/protocol";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { Button } from "../../ui/Button.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { NothingYet } from "../../ui/states.tsx";
import { FilterDialog } from "./FilterDialog.tsx";
import { FilterRow } from "./FilterRow.tsx";
import { newFilter } from "./new-filter.ts";
import { useSaveFilters } from "./use-save-filters.ts";

const HEADINGS = [
  "Order",
  "Name and criteria",
  "State",
  "Locked",
  "Action set",
  "IPv4",
  "IPv6",
  "DNS",
  "URL",
  "File hash",
  "Untagged entries",
  "Tagged entries",
];

/** The ordered reputation filters; the first that matches an entry decides. */
export function FilterTable({ profile }: { profile: Profile }) {
  const save = useSaveFilters(profile);
  const denied = useDenied("profiles:write");
  const [editing, setEditing] = useState<ReputationFilter>();
  const [deleting, setDeleting] = useState<ReputationFilter>();
  const { filters } = profile;
  const isNew =
    editing !== undefined && !filters.some((filter) => filter.number === editing.number);
  const add = () => setEditing(newFilter(filters));
  useActions([
    {
      id: "add-filter",
      group: "Profile",
      label: "Add a reputation filter",
      keys: "a",
      run: add,
      disabledReason: denied,
    },
  ]);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 text-muted">
          Read from the top: the first filter that matches an entry decides what happens. Entries
          that start to match later reach the devices by themselves.
        </p>
        <Button icon={<Plus size={16} aria-hidden />} onPress={add} disabledReason={denied}>
          Add filter
        </Button>
      </div>
      {editing === undefined && deleting === undefined && <ErrorCallout error={save.error} />}
      {filters.length === 0 ? (
        <NothingYet title="No reputation filters">
          Without one, no entry of the reputation database is acted on.
        </NothingYet>
      ) : (
        <div
          className="overflow-x-auto border-y border-hairline"
          role="region"
          aria-label="Reputation filters"
          tabIndex={0}
        >
          <table className="w-full text-sm">
            <thead>
              <tr className="text-left text-xs text-muted">
                {HEADINGS.map((heading) => (
                  <th key={heading} className="px-1.5 py-1.5 align-bottom font-medium first:pl-3">
                    {heading}
                  </th>
                ))}
                <th className="w-28 px-1.5">
                  <span className="sr-only">Actions</span>
                </th>
              </tr>
            </thead>
            {filters.map((filter, index) => (
              <FilterRow
                key={filter.number}
                filters={filters}
                index={index}
                denied={denied}
                isSaving={save.isPending}
                onSave={save.mutate}
                onEdit={setEditing}
                onDelete={setDeleting}
              />
            ))}
          </table>
        </div>
      )}
      {editing !== undefined && (
        <FilterDialog
          initial={editing}
          title={isNew ? "Add reputation filter" : `Edit “${editing.name}”`}
          isPending={save.isPending}
          error={save.error}
          onClose={() => {
            setEditing(undefined);
            save.reset();
          }}
          onSave={(filter) =>
            save.mutate(
              {
                filters: isNew
                  ? [...filters, filter]
                  : filters.map((other) => (other.number === filter.number ? filter : other)),
                done: `“${filter.name}” saved`,
              },
              { onSuccess: () => setEditing(undefined) },
            )
          }
        />
      )}
      {deleting !== undefined && (
        <ConfirmDialog
          title={`Delete “${deleting.name}”?`}
          confirmLabel="Delete filter"
          isOpen
          onClose={() => {
            setDeleting(undefined);
            save.reset();
          }}
          isPending={save.isPending}
          error={save.error}
          onConfirm={() =>
            save.mutate(
              {
                filters: filters.filter((filter) => filter !== deleting),
                done: `“${deleting.name}” deleted`,
              },
              { onSuccess: () => setDeleting(undefined) },
            )
          }
        >
          <p>
            After the next distribution, entries it decided about fall to the filters below it, or
            are not acted on at all.
          </p>
        </ConfirmDialog>
      )}
    </div>
  );
}
