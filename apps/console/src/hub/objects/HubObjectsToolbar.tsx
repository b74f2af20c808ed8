import Trash2 from "lucide-react/icons/trash-2";
import X from "lucide-react/icons/x";
import { useCallback } from "react";
import { keysOf } from "../../lib/entry-labels.ts";
import { plural } from "../../lib/format-number.ts";
import { OBJECT_SOURCE_LABELS, OBJECT_TYPE_LABELS } from "../../lib/hub-labels.ts";
import { refang } from "../../lib/recognise-value.ts";
import { Button } from "../../ui/Button.tsx";
import { ListToolbar } from "../../ui/ListToolbar.tsx";
import { SearchBox } from "../../ui/SearchBox.tsx";
import { Select } from "../../ui/Select.tsx";
import type { HubObjectFilters } from "./use-hub-object-filters.ts";

type Props = {
  filters: HubObjectFilters;
  total: { value: number; exact: boolean } | undefined;
  selected: number;
  onClear: () => void;
  onDelete: () => void;
  denied: string | undefined;
};

const any = { value: "", label: "Any" };
const TYPES = [
  any,
  ...keysOf(OBJECT_TYPE_LABELS).map((value) => ({ value, label: OBJECT_TYPE_LABELS[value] })),
];
const RISKS = [any, ...["High", "Medium", "Low"].map((value) => ({ value, label: value }))];
const SOURCES = [
  any,
  ...keysOf(OBJECT_SOURCE_LABELS).map((value) => ({ value, label: OBJECT_SOURCE_LABELS[value] })),
];

/** Filters; while rows are selected, what can be done with them. */
export function HubObjectsToolbar({ filters, total, selected, onClear, onDelete, denied }: Props) {
  const { view, setView, isFiltered, reset } = filters;
  const search = useCallback(
    (q: string) => setView({ q: refang(q) }, { replace: true }),
    [setView],
  );
  if (selected > 0) {
    return (
      <ListToolbar>
        <span className="font-medium">{plural(selected, "object")} selected</span>
        <Button
          size="sm"
          icon={<Trash2 size={14} aria-hidden />}
          onPress={onDelete}
          disabledReason={denied}
        >
          Delete
        </Button>
        <Button size="sm" variant="quiet" icon={<X size={14} aria-hidden />} onPress={onClear}>
          Clear selection
        </Button>
      </ListToolbar>
    );
  }
  return (
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
        label="Type"
        layout="inline"
        options={TYPES}
        value={view.type}
        active={view.type !== ""}
        onChange={(type) => setView({ type })}
      />
      <Select
        label="Risk level"
        layout="inline"
        options={RISKS}
        value={view.risk}
        active={view.risk !== ""}
        onChange={(risk) => setView({ risk })}
      />
      <Select
        label="Source"
        layout="inline"
        options={SOURCES}
        value={view.source}
        active={view.source !== ""}
        onChange={(source) => setView({ source })}
      />
      {isFiltered && (
        <Button variant="quiet" onPress={reset}>
          Reset
        </Button>
      )}
    </ListToolbar>
  );
}
