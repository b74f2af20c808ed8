import type { RowData } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { DataTable } from "../ui/DataTable.tsx";
import type { DataTableProps } from "../ui/data-table-types.ts";
import { LoadFailed, Loading } from "../ui/states.tsx";
import type { Pages } from "./use-pages.ts";

type Props<T extends RowData> = Omit<DataTableProps<T>, "rows" | "total" | "onEnd"> & {
  pages: Pages<T>;
  /** What is listed, in words: "exceptions". */
  what: string;
  /** In place of the table while there is no row. */
  empty: ReactNode;
};

/** A list in pages: loading, failed, empty, or its rows. */
export function PagedTable<T extends RowData>({ pages, what, empty, ...table }: Props<T>) {
  const { list, rows, total, more } = pages;
  if (list.data === undefined && list.error !== null)
    return <LoadFailed error={list.error} what={what} onRetry={() => void list.refetch()} />;
  if (list.data === undefined)
    return (
      <div className="px-6">
        <Loading what={what} />
      </div>
    );
  if (rows.length === 0) return empty;
  return <DataTable {...table} rows={rows} total={total?.value ?? rows.length} onEnd={more} />;
}
