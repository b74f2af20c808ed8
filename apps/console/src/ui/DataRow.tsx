import type { RowData } from "@tanstack/react-table";
import type { MouseEvent } from "react";
import { cx } from "../lib/class-names.ts";
import { type DataTableProps, FROM_CLASSES } from "./data-table-types.ts";

type DataRowProps<T extends RowData> = DataTableProps<T> & {
  row: T;
  id: string;
  index: number;
  isCursor: boolean;
  onFocus: () => void;
};

/** One row. Only the row under the cursor is in the tab order. */
export function DataRow<T extends RowData>({
  row,
  id,
  index,
  isCursor,
  onFocus,
  ...table
}: DataRowProps<T>) {
  const { columns, selection, href, onOpen, openId, rowAction } = table;
  const isOpen = openId === id;
  const selected = selection?.selected.has(id) ?? false;
  const cell = cx(
    "h-[34px] border-b border-hairline px-3 align-middle first:pl-6 last:pr-6",
    selected || isOpen ? "bg-selected" : "group-hover:bg-hover",
  );
  const tabIndex = isCursor ? 0 : -1;
  return (
    <tr
      data-row={id}
      aria-rowindex={index + 2}
      aria-current={isOpen ? "true" : undefined}
      className={cx("group", onOpen !== undefined && "cursor-default")}
      onFocus={onFocus}
      onClick={(event) => {
        if (isPlainClick(event)) onOpen?.(row);
      }}
    >
      {selection !== undefined && (
        <td className={cell}>
          <input
            type="checkbox"
            className="check align-middle"
            tabIndex={tabIndex}
            aria-label={`Select ${table.rowName(row)}`}
            checked={selected}
            onChange={() => selection.onChange(toggled(selection.selected, id))}
          />
        </td>
      )}
      {columns.map((column, position) => {
        const isFirst = position === 0 && (href !== undefined || onOpen !== undefined);
        return (
          <td
            key={column.id}
            className={cx(
              cell,
              "truncate",
              column.align === "right" && "text-right tabular-nums",
              column.from !== undefined && FROM_CLASSES[column.from],
            )}
          >
            {isFirst ? (
              <a
                href={href?.(row) ?? "#"}
                data-row-link=""
                tabIndex={tabIndex}
                className="block truncate rounded-sm font-medium text-text outline-offset-0 hover:underline"
                onClick={(event) => {
                  if (onOpen === undefined || event.ctrlKey || event.metaKey || event.shiftKey)
                    return;
                  event.preventDefault();
                  event.stopPropagation();
                  onOpen(row);
                }}
              >
                {column.cell(row)}
              </a>
            ) : (
              column.cell(row)
            )}
          </td>
        );
      })}
      {rowAction !== undefined && (
        <td className={cx(cell, "pr-4! pl-0! text-right")}>{rowAction(row)}</td>
      )}
    </tr>
  );
}

function toggled(selected: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(selected);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** A click on the row itself, not on a control in it and not the end of marking text. */
function isPlainClick(event: MouseEvent): boolean {
  const { target } = event;
  if (!(target instanceof Element) || target.closest("a, button, input, label") !== null)
    return false;
  return window.getSelection()?.isCollapsed ?? true;
}
