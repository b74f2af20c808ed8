import { type KeyboardEvent, useRef, useState } from "react";

/**
 * One tab stop for a grid of buttons: arrows move between rows and within a row, Home and End to the
 * first and last row. A button says where it is by `cell(row, column)`.
 */
export function useRovingFocus(rows: number, columns: number) {
  const group = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState({ row: 0, column: 0 });
  const current = { row: Math.min(at.row, Math.max(0, rows - 1)), column: at.column };
  const focus = (row: number, column: number) => {
    const next = {
      row: Math.max(0, Math.min(rows - 1, row)),
      column: Math.max(0, Math.min(columns - 1, column)),
    };
    setAt(next);
    group.current?.querySelector<HTMLElement>(`[data-cell="${next.row}-${next.column}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, readonly [row: number, column: number]>> = {
      ArrowDown: [current.row + 1, current.column],
      ArrowUp: [current.row - 1, current.column],
      ArrowRight: [current.row, current.column + 1],
      ArrowLeft: [current.row, current.column - 1],
      Home: [0, current.column],
      End: [rows - 1, current.column],
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    focus(...move);
  };
  return {
    group: { ref: group, onKeyDown },
    cell: (row: number, column: number) => ({
      "data-cell": `${row}-${column}`,
      tabIndex: row === current.row && column === current.column ? 0 : -1,
      onFocus: () => setAt({ row, column }),
    }),
  };
}
