import type { RowData } from "@tanstack/react-table";
import { type RefObject, useEffect, useRef, useState } from "react";
import type { DataTableProps } from "./data-table-types.ts";
import { useActions } from "./shortcuts.tsx";

type CursorInput<T extends RowData> = Pick<
  DataTableProps<T>,
  "rows" | "rowId" | "selection" | "openId" | "onOpen"
> & {
  scroll: RefObject<HTMLDivElement | null>;
  scrollTo: (index: number) => void;
};

/** The row that `j`, `k`, `x` and `Tab` mean. It follows focus, and gets it back when a panel closes. */
export function useRowCursor<T extends RowData>(
  input: CursorInput<T>,
): {
  id: string | undefined;
  set: (id: string) => void;
} {
  const { rows, rowId, selection, openId, scroll } = input;
  const [wanted, set] = useState<string>();
  const at = rows.findIndex((row) => rowId(row) === wanted);
  const cursorRow = rows[at === -1 ? 0 : at];
  const id = cursorRow === undefined ? undefined : rowId(cursorRow);

  const focusRow = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    const next = rowId(row);
    set(next);
    input.scrollTo(rows.indexOf(row));
    requestAnimationFrame(() => focusLink(scroll.current, next));
  };
  const move = (by: number) => focusRow(at === -1 ? (by > 0 ? 0 : rows.length - 1) : at + by);
  const group = "List";
  useActions([
    { id: "row-next", group, label: "Next row", keys: "j", keysOnly: true, run: () => move(1) },
    {
      id: "row-previous",
      group,
      label: "Previous row",
      keys: "k",
      keysOnly: true,
      run: () => move(-1),
    },
    {
      id: "row-first",
      group,
      label: "First row",
      keys: "H",
      keysOnly: true,
      run: () => focusRow(0),
    },
    {
      id: "row-last",
      group,
      label: "Last loaded row",
      keys: "G",
      keysOnly: true,
      run: () => focusRow(rows.length - 1),
    },
    ...(input.onOpen === undefined
      ? []
      : [
          {
            id: "row-open",
            group,
            label: "Open the row",
            keys: "o",
            keysOnly: true,
            run: () => cursorRow !== undefined && input.onOpen?.(cursorRow),
          },
        ]),
    ...(selection === undefined || id === undefined
      ? []
      : [
          {
            id: "row-select",
            group,
            label: "Select or unselect the row",
            keys: "x",
            keysOnly: true,
            run: () => {
              const next = new Set(selection.selected);
              if (!next.delete(id)) next.add(id);
              selection.onChange(next);
            },
          },
        ]),
  ]);

  const before = useRef(openId);
  useEffect(() => {
    const closed = before.current;
    before.current = openId;
    const focusIsLost = document.activeElement === null || document.activeElement === document.body;
    if (closed !== undefined && openId === undefined && focusIsLost)
      focusLink(scroll.current, closed);
  }, [openId, scroll]);
  return { id, set };
}

function focusLink(within: HTMLElement | null, id: string): void {
  const row = within?.querySelector(`[data-row="${CSS.escape(id)}"]`);
  const control =
    row?.querySelector<HTMLElement>("[data-row-link]") ??
    row?.querySelector<HTMLElement>("input, button");
  control?.focus();
}
