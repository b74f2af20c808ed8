import type { TagCategory } from "@breakwater/protocol";
import { ENTRY_TYPE_LABELS, keysOf } from "../../lib/entry-labels.ts";
import { EXPIRY_PRESETS } from "../../lib/expiry-presets.ts";
import { TextField } from "../../ui/fields.tsx";
import { Select } from "../../ui/Select.tsx";
import { TagsEditor } from "../tags/TagsEditor.tsx";
import type { ImportDraft } from "./import-draft.ts";

type Props = {
  draft: ImportDraft;
  categories: readonly TagCategory[];
  onChange: (draft: ImportDraft) => void;
};

const NOT_GIVEN = { value: "", label: "Not given" } as const;
const SEVERITIES = [
  NOT_GIVEN,
  { value: "High", label: "High" },
  { value: "Medium", label: "Medium" },
  { value: "Low", label: "Low" },
] as const;
const ACTIONS = [
  NOT_GIVEN,
  { value: "block", label: "Block" },
  { value: "log", label: "Log" },
] as const;
const TYPES = [
  { value: "" as const, label: "Recognised" },
  ...keysOf(ENTRY_TYPE_LABELS).map((value) => ({ value, label: ENTRY_TYPE_LABELS[value] })),
];
const MODES = [
  { value: "add", label: "Add to what it has" },
  { value: "replace", label: "Replace what it has" },
] as const;

/** Whose entries they become, and what holds where the file says nothing. */
export function ImportFields({ draft, categories, onChange }: Props) {
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Source"
          maxLength={64}
          value={draft.source}
          onChange={(source) => onChange({ ...draft, source })}
          description="Who asserts them: Local for this SMS's users, or a name of its own."
        />
        <Select
          label="What the source has already"
          options={MODES}
          value={draft.mode}
          onChange={(mode) => onChange({ ...draft, mode })}
        />
      </div>
      <fieldset>
        <legend className="mb-1 font-medium">Where the file does not say</legend>
        <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
          <Select
            label="Severity"
            options={SEVERITIES}
            value={draft.severity}
            onChange={(severity) => onChange({ ...draft, severity })}
          />
          <Select
            label="Scan action"
            options={ACTIONS}
            value={draft.scanAction}
            onChange={(scanAction) => onChange({ ...draft, scanAction })}
          />
          <Select
            label="Type"
            options={TYPES}
            value={draft.type}
            onChange={(type) => onChange({ ...draft, type })}
          />
          <Select
            label="Expires"
            options={EXPIRY_PRESETS}
            value={draft.expires}
            onChange={(expires) => onChange({ ...draft, expires })}
          />
        </div>
      </fieldset>
      <TagsEditor
        legend="Tags for all"
        drafts={draft.tags}
        categories={categories.filter(({ predefined }) => !predefined)}
        onChange={(tags) => onChange({ ...draft, tags })}
      />
    </div>
  );
}
