import {
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import ArrowDown from "lucide-react/icons/arrow-down";
import ArrowUp from "lucide-react/icons/arrow-up";
import { useEffect, useMemo, useRef } from "react";
import { cx } from "../lib/class-names.ts";
import { DataRow } from "./DataRow.tsx";
import {
  type Column,
  type DataTableProps,
  FROM_CLASSES,
  type Selection,
} from "./data-table-types.ts";
import { useRowCursor } from "./use-row-cursor.ts";

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const ROW_HEIGHT = 34;

export type { Column } from "./data-table-types.ts";

/**
 * Rows of fixed height, drawn only where they are seen. One tab stop; `j` and `k` move, `x` selects,
 * `Enter` opens. The first column is a real link.
 */
export function DataTable<T extends RowData>(props: DataTableProps<T>) {
  const { columns, rowId, selection, sort = "", total } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const table = useTable({
    features,
    data: props.rows as T[],
    columns: useMemo(
      () =>
        columns.map(({ id, sortBy }) => ({
          id,
          accessorFn: sortBy ?? (() => ""),
          sortFn: compare,
        })),
      [columns],
    ),
    getRowId: rowId,
    state: {
      sorting: sort === "" ? [] : [{ id: sort.replace(/^-/, ""), desc: sort.startsWith("-") }],
    },
  });
  const rows = table.getRowModel().rows.map((row) => row.original);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    getItemKey: (index) => itemKey(rows, rowId, index),
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const last = items.at(-1);
  const after = virtual.getTotalSize() - (last?.end ?? 0);

  const { onEnd } = props;
  const nearEnd = last !== undefined && last.index >= rows.length - 15;
  useEffect(() => {
    if (nearEnd) onEnd?.();
  }, [nearEnd, onEnd]);
  const cursor = useRowCursor({
    ...props,
    rows,
    scroll,
    scrollTo: (index) => virtual.scrollToIndex(index),
  });

  return (
    <div
      ref={scroll}
      role="region"
      aria-label={props.label}
      className="@container min-h-0 flex-1 overflow-auto border-t border-hairline"
    >
      <table
        className="w-full table-fixed border-separate border-spacing-0 text-sm"
        aria-rowcount={(total ?? rows.length) + 1}
      >
        <thead>
          <tr aria-rowindex={1}>
            {selection !== undefined && (
              <th className="sticky top-0 z-10 w-13 border-b border-hairline bg-ground pl-6 text-left">
                <SelectAll ids={rows.map(rowId)} selection={selection} />
              </th>
            )}
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} onSort={props.onSort} />
            ))}
            {props.rowAction !== undefined && (
              <th className="sticky top-0 z-10 w-14 border-b border-hairline bg-ground">
                <span className="sr-only">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          <Spacer height={before} />
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const id = rowId(row);
            return (
              <DataRow
                key={id}
                {...props}
                row={row}
                id={id}
                index={item.index}
                isCursor={cursor.id === id}
                onFocus={() => cursor.set(id)}
              />
            );
          })}
          <Spacer height={after} />
        </tbody>
      </table>
    </div>
  );
}

function itemKey<T>(rows: readonly T[], rowId: (row: T) => string, index: number): string | number {
  const row = rows[index];
  return row === undefined ? index : rowId(row);
}

function compare(
  a: { getValue: (id: string) => unknown },
  b: { getValue: (id: string) => unknown },
  id: string,
): number {
  const [left, right] = [a.getValue(id), b.getValue(id)];
  if (typeof left === "number" && typeof right === "number") return left - right;
  return String(left).localeCompare(String(right), undefined, {
    numeric: true,
    sensitivity: "base",
  });
}

function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return <tr aria-hidden style={{ height }} />;
}

function HeaderCell<T>({
  column,
  sort,
  onSort,
}: {
  column: Column<T>;
  sort: string;
  onSort: ((sort: string) => void) | undefined;
}) {
  const direction =
    sort === column.id ? "ascending" : sort === `-${column.id}` ? "descending" : undefined;
  const sortable = column.sortBy !== undefined && onSort !== undefined;
  return (
    <th
      aria-sort={direction}
      style={column.width === undefined ? undefined : { width: column.width }}
      className={cx(
        "sticky top-0 z-10 h-8 truncate border-b border-hairline bg-ground px-3 text-xs font-medium text-muted first:pl-6 last:pr-6",
        column.align === "right" ? "text-right" : "text-left",
        column.from !== undefined && FROM_CLASSES[column.from],
      )}
    >
      {sortable ? (
        <button
          type="button"
          className="inline-flex h-6 items-center gap-1 rounded-sm hover:text-text"
          onClick={() => onSort(direction === "ascending" ? `-${column.id}` : column.id)}
        >
          {column.header}
          {direction === "ascending" && <ArrowUp size={12} aria-hidden />}
          {direction === "descending" && <ArrowDown size={12} aria-hidden />}
        </button>
      ) : (
        <span className={column.hideHeader ? "sr-only" : ""}>{column.header}</span>
      )}
    </th>
  );
}

function SelectAll({ ids, selection }: { ids: readonly string[]; selection: Selection }) {
  const chosen = ids.filter((id) => selection.selected.has(id)).length;
  const all = chosen > 0 && chosen === ids.length;
  return (
    <input
      type="checkbox"
      className="check align-middle"
      aria-label="Select all loaded rows"
      checked={all}
      ref={(element) => {
        if (element !== null) element.indeterminate = chosen > 0 && !all;
      }}
      onChange={() =>
        selection.onChange(all ? new Set() : new Set([...selection.selected, ...ids]))
      }
    />
  );
}
