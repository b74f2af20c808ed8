import type { RowData } from "@tanstack/react-table";
import type { ReactNode } from "react";

export type Column<T> = {
  id: string;
  header: string;
  /** The header is only for screen readers. */
  hideHeader?: boolean;
  cell: (row: T) => ReactNode;
  /** Given: the header sorts. Only for lists that are loaded whole. */
  sortBy?: (row: T) => string | number;
  /** Pixels; columns without one share the rest. */
  width?: number;
  align?: "right";
  /** Least width of the table (in steps of Tailwind's container sizes) at which the column is shown. */
  from?: keyof typeof FROM_CLASSES;
};

export type Selection = {
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
};

export type DataTableProps<T extends RowData> = {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowId: (row: T) => string;
  /** What the row is called, for its check box. */
  rowName: (row: T) => string;
  /** Address of the row's own page, for opening in a new tab. */
  href?: (row: T) => string;
  onOpen?: (row: T) => void;
  openId?: string | undefined;
  selection?: Selection;
  /** Id of the column, with `-` before it for descending. */
  sort?: string;
  onSort?: (sort: string) => void;
  rowAction?: (row: T) => ReactNode;
  /** Rows in all, when not every row is loaded. */
  total?: number;
  onEnd?: () => void;
};

export const FROM_CLASSES = {
  sm: "hidden @min-[420px]:table-cell",
  md: "hidden @min-[560px]:table-cell",
  lg: "hidden @min-[760px]:table-cell",
  xl: "hidden @min-[940px]:table-cell",
  "2xl": "hidden @min-[1140px]:table-cell",
  "3xl": "hidden @min-[1400px]:table-cell",
} as const;
