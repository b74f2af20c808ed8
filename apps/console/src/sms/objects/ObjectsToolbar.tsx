import Trash2 from "lucide-react/icons/trash-2";
import X from "lucide-react/icons/x";
import { useCallback } from "react";
import { ENTRY_STATE_LOOKS, ENTRY_TYPE_LABELS, keysOf } from "../../lib/entry-labels.ts";
import { plural } from "../../lib/format-number.ts";
import { refang } from "../../lib/recognise-value.ts";
import { Button } from "../../ui/Button.tsx";
import { FilterChip } from "../../ui/FilterChip.tsx";
import { ListToolbar } from "../../ui/ListToolbar.tsx";
import { SearchBox } from "../../ui/SearchBox.tsx";
import { Select } from "../../ui/Select.tsx";
import type { ObjectFilters } from "./use-object-filters.ts";

type Props = {
  filters: ObjectFilters;
  total: { value: number; exact: boolean } | undefined;
  selected: number;
  onClear: () => void;
  onDelete: () => void;
  denied: string | undefined;
};

const any = { value: "", label: "Any" };
const TYPES = [
  any,
  ...keysOf(ENTRY_TYPE_LABELS).map((value) => ({ value, label: ENTRY_TYPE_LABELS[value] })),
];
const SEVERITIES = [any, ...["High", "Medium", "Low"].map((value) => ({ value, label: value }))];
const STATES = [
  any,
  ...keysOf(ENTRY_STATE_LOOKS).map((value) => ({ value, label: ENTRY_STATE_LOOKS[value].label })),
];

/** Filters; while rows are selected, what can be done with them. */
export function ObjectsToolbar({ filters, total, selected, onClear, onDelete, denied }: Props) {
  const { view, setView, isFiltered, reset } = filters;
  const search = useCallback(
    (q: string) => setView({ q: refang(q) }, { replace: true }),
    [setView],
  );
  if (selected > 0) {
    return (
      <ListToolbar tone="selected">
        <span className="font-medium">{plural(selected, "object")} selected</span>
        <Button
          size="sm"
          variant="secondary"
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
        label="Severity"
        layout="inline"
        options={SEVERITIES}
        value={view.severity}
        active={view.severity !== ""}
        onChange={(severity) => setView({ severity })}
      />
      <Select
        label="State"
        layout="inline"
        options={STATES}
        value={view.state}
        active={view.state !== ""}
        onChange={(state) => setView({ state })}
      />
      {view.source !== "" && (
        <FilterChip label="Source" value={view.source} onRemove={() => setView({ source: "" })} />
      )}
      {isFiltered && (
        <Button variant="quiet" onPress={reset}>
          Reset
        </Button>
      )}
    </ListToolbar>
  );
}
