import type {
  ColumnUse,
  EntryType,
  ImportOptions,
  ImportPreview,
  ScanAction,
  Severity,
  TagCategory,
} from "@breakwater/protocol";
import { type ExpiryPreset, expiryOf } from "../../lib/expiry-presets.ts";
import { type TagDraft, tagsOf } from "../tags/tag-draft.ts";

type Delimiter = ImportOptions["mapping"]["delimiter"];

/** How a file is to be read, as it is chosen. */
export type ImportDraft = {
  source: string;
  format: ImportOptions["format"];
  delimiter: Delimiter;
  header: boolean;
  /** A use per column: `value`, `severity`, …, or `tag:NAME`. */
  columns: readonly string[];
  severity: Severity | "";
  scanAction: ScanAction | "";
  type: EntryType | "";
  expires: ExpiryPreset;
  tags: readonly TagDraft[];
  mode: ImportOptions["mode"];
};

export const DELIMITERS: readonly { value: Delimiter; label: string }[] = [
  { value: ",", label: "Comma" },
  { value: ";", label: "Semicolon" },
  { value: "\t", label: "Tab" },
  { value: "|", label: "Vertical bar" },
];
const TAG = "tag:";

/** What the server guessed, to be corrected. */
export function draftOf(preview: ImportPreview): ImportDraft {
  return {
    source: "Local",
    format: preview.format,
    delimiter: DELIMITERS.find(({ value }) => value === preview.delimiter)?.value ?? ",",
    header: preview.header,
    columns: preview.columns.map(({ use }) => useKey(use)),
    severity: "",
    scanAction: "",
    type: "",
    expires: "0",
    tags: [],
    mode: "add",
  };
}

/** The options as the server wants them, or the first thing that is missing. */
export function optionsOf(
  draft: ImportDraft,
  categories: readonly TagCategory[],
): ImportOptions | string {
  const source = draft.source.trim();
  if (source === "") return "Enter the name of the source";
  const isTable = draft.format === "csv" && draft.columns.length > 0;
  if (isTable && !draft.columns.includes("value")) return "Choose the column with the values";
  const read = tagsOf(draft.tags, categories);
  if ("problem" in read) return `Complete the tags: ${read.problem}`;
  return {
    source,
    format: draft.format,
    mapping: {
      delimiter: draft.delimiter,
      header: draft.header,
      columns: draft.columns.map(columnUse),
    },
    defaults: {
      severity: draft.severity === "" ? null : draft.severity,
      scanAction: draft.scanAction === "" ? null : draft.scanAction,
      type: draft.type === "" ? null : draft.type,
      expires: expiryOf(draft.expires),
      tags: read.tags,
    },
    mode: draft.mode,
  };
}

/** The column at `index` used in another way; what only one column can be leaves the others. */
export function withUse(columns: readonly string[], index: number, use: string): string[] {
  return columns.map((other, at) => {
    if (at === index) return use;
    return other === use && use !== "ignore" ? "ignore" : other;
  });
}

export function useKey(use: ColumnUse): string {
  return typeof use === "string" ? use : `${TAG}${use.tag}`;
}

function columnUse(key: string): ColumnUse {
  switch (key) {
    case "value":
    case "type":
    case "severity":
    case "scanAction":
    case "expires":
    case "description":
      return key;
    default:
      return key.startsWith(TAG) ? { tag: key.slice(TAG.length) } : "ignore";
  }
}
