import type { TagCategory } from "@breakwater/protocol";
import { formatExact } from "../../lib/format-number.ts";
import type { Column } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { KIND_LABELS, valuesText } from "./kind-labels.ts";

export const tagCategoryColumns: readonly Column<TagCategory>[] = [
  {
    id: "name",
    header: "Name",
    sortBy: ({ name }) => name,
    cell: ({ name }) => <DataText truncate>{name}</DataText>,
  },
  {
    id: "kind",
    header: "Kind",
    width: 130,
    sortBy: ({ kind }) => KIND_LABELS[kind],
    cell: ({ kind }) => KIND_LABELS[kind],
  },
  {
    id: "values",
    header: "Values",
    from: "md",
    cell: (category) => <DataText truncate>{valuesText(category)}</DataText>,
  },
  {
    id: "description",
    header: "Description",
    from: "xl",
    cell: ({ description }) => <DataText truncate>{description}</DataText>,
  },
  {
    id: "origin",
    header: "Origin",
    width: 130,
    from: "lg",
    sortBy: ({ predefined }) => Number(!predefined),
    cell: ({ predefined }) =>
      predefined ? <span className="text-muted">Predefined</span> : "User-defined",
  },
  {
    id: "entries",
    header: "Entries",
    width: 110,
    from: "sm",
    align: "right",
    sortBy: ({ entries }) => entries.value,
    cell: ({ entries }) => `${entries.exact ? "" : "≈ "}${formatExact(entries.value)}`,
  },
];
