import type { ImportPreview, TagCategory } from "@breakwater/protocol";
import { ENTRY_TYPE_LABELS } from "../../lib/entry-labels.ts";
import { formatExact, plural } from "../../lib/format-number.ts";
import { DataText } from "../../ui/DataText.tsx";
import { Select } from "../../ui/Select.tsx";
import { RiskLevel } from "../../ui/Severity.tsx";
import { State } from "../../ui/State.tsx";
import { type ImportDraft, withUse } from "./import-draft.ts";

type Props = {
  preview: ImportPreview;
  draft: ImportDraft;
  categories: readonly TagCategory[];
  onChange: (draft: ImportDraft) => void;
};

const USES = [
  { value: "ignore", label: "Not used" },
  { value: "value", label: "Value" },
  { value: "type", label: "Type" },
  { value: "severity", label: "Severity" },
  { value: "scanAction", label: "Scan action" },
  { value: "expires", label: "Expires" },
  { value: "description", label: "Note" },
];

/** The first rows: what is read from each, and why some are not taken. */
export function ReadRows({ preview, draft, categories, onChange }: Props) {
  const { rows } = preview;
  const rejected = rows.filter(({ outcome }) => outcome === "rejected").length;
  const columns = draft.format === "csv" ? preview.columns : [];
  const uses = [
    ...USES,
    ...categories.map(({ name }) => ({ value: `tag:${name}`, label: `Tag ${name}` })),
  ];
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <p role="status" className="text-muted">
        {rows.length === 0
          ? "Nothing can be read from it in this way."
          : `The first ${plural(rows.length, "row")}${rejected === 0 ? ", all taken." : `, ${formatExact(rejected)} of them rejected.`}`}
      </p>
      <div
        role="region"
        aria-label="First rows"
        tabIndex={0}
        className="max-h-96 overflow-auto border-y border-hairline"
      >
        <table className="w-full text-sm">
          <thead className="sticky top-0 bg-ground text-left text-xs text-muted">
            <tr>
              <Heading>Line</Heading>
              <Heading>Read as</Heading>
              <Heading>Severity</Heading>
              {columns.length === 0 ? (
                <Heading>Row</Heading>
              ) : (
                columns.map((column, index) => (
                  <th key={`${index}${column.name}`} className="min-w-40 px-2 py-1.5 align-top">
                    <span className="flex flex-col gap-1">
                      <DataText truncate>{column.name}</DataText>
                      <Select
                        label={`Use of the column ${column.name}`}
                        layout="bare"
                        options={optionsFor(draft.columns[index] ?? "ignore", uses)}
                        value={draft.columns[index] ?? "ignore"}
                        onChange={(use) =>
                          onChange({ ...draft, columns: withUse(draft.columns, index, use) })
                        }
                      />
                    </span>
                  </th>
                ))
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={`${index}${row.line}`} className="border-t border-hairline align-top">
                <td className="px-2 py-1.5 text-right text-muted tabular-nums">
                  {formatExact(row.line)}
                </td>
                <td className="min-w-60 px-2 py-1.5">
                  <Reading row={row} />
                </td>
                <td className="px-2 py-1.5">
                  <RiskLevel risk={row.severity} />
                </td>
                {columns.length === 0 ? (
                  <td className="px-2 py-1.5">
                    <DataText mono>{row.cells.join(" ")}</DataText>
                  </td>
                ) : (
                  columns.map((column, at) => (
                    <td key={`${at}${column.name}`} className="px-2 py-1.5">
                      <DataText mono>{row.cells[at] ?? ""}</DataText>
                    </td>
                  ))
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Heading({ children }: { children: string }) {
  return <th className="px-2 py-1.5 align-top font-medium">{children}</th>;
}

function Reading({ row }: { row: ImportPreview["rows"][number] }) {
  if (row.outcome === "rejected")
    return (
      <State tone="error">
        <DataText>{row.reason}</DataText>
      </State>
    );
  return (
    <span className="flex flex-col">
      <DataText mono>{row.value}</DataText>
      {row.type !== null && (
        <span className="text-xs text-muted">{ENTRY_TYPE_LABELS[row.type]}</span>
      )}
    </span>
  );
}

/** A tag of a category that nobody knows here stays to be chosen. */
function optionsFor(use: string, uses: readonly { value: string; label: string }[]) {
  return uses.some(({ value }) => value === use)
    ? uses
    : [...uses, { value: use, label: use.replace(/^tag:/, "Tag ") }];
}
