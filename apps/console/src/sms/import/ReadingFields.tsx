import { Select } from "../../ui/Select.tsx";
import { Toggle } from "../../ui/Toggle.tsx";
import { DELIMITERS, type ImportDraft } from "./import-draft.ts";

type Props = { draft: ImportDraft; onChange: (draft: ImportDraft) => void };

const FORMATS = [
  { value: "csv", label: "CSV" },
  { value: "list", label: "Plain list" },
  { value: "stix", label: "STIX 2.1 bundle" },
  { value: "misp", label: "MISP event" },
] as const;

/** What kind of file it is, and how its columns are parted. */
export function ReadingFields({ draft, onChange }: Props) {
  return (
    <div className="flex flex-wrap items-end gap-4">
      <Select
        label="Format"
        className="w-44"
        options={FORMATS}
        value={draft.format}
        onChange={(format) => onChange({ ...draft, format })}
      />
      {draft.format === "csv" && (
        <>
          <Select
            label="Columns are parted by"
            className="w-44"
            options={DELIMITERS}
            value={draft.delimiter}
            onChange={(delimiter) => onChange({ ...draft, delimiter })}
          />
          <Toggle
            className="pb-1.5"
            label="The first row has the names"
            checked={draft.header}
            onChange={(header) => onChange({ ...draft, header })}
          />
        </>
      )}
    </div>
  );
}
