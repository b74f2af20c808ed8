import Plus from "lucide-react/icons/plus";
import Trash2 from "lucide-react/icons/trash-2";
import { useRef } from "react";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Select } from "../../ui/Select.tsx";
import { TagValueField } from "../tags/TagValueField.tsx";
import { OPERATORS } from "./criteria-text.ts";
import {
  type CriterionDraft,
  criterionOf,
  needsValue,
  operatorsFor,
  SOURCE,
  type TagCategory,
} from "./criterion-draft.ts";

type Props = {
  drafts: readonly CriterionDraft[];
  categories: readonly TagCategory[];
  onChange: (drafts: CriterionDraft[]) => void;
  showProblems: boolean;
};

/** Tests of a part of a text take any text, also where the whole is one of a list. */
function isPart(op: CriterionDraft["op"]): boolean {
  return op === "contains" || op === "does-not-contain";
}

/** Tests that all must hold. */
export function CriteriaEditor({ drafts, categories, onChange, showProblems }: Props) {
  const nextKey = useRef(drafts.length);
  const add = () => {
    nextKey.current += 1;
    const subject = categories[0]?.name ?? SOURCE;
    onChange([
      ...drafts,
      {
        key: nextKey.current,
        subject,
        op: operatorsFor(subject, categories[0]?.kind)[0] ?? "is",
        value: "",
      },
    ]);
  };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">Criteria</legend>
      {drafts.length === 0 && (
        <p className="text-muted">No criteria: every entry of the chosen types matches.</p>
      )}
      {drafts.map((draft, index) => (
        <CriterionRow
          key={draft.key}
          position={index + 1}
          draft={draft}
          categories={categories}
          showProblem={showProblems}
          onChange={(next) => onChange(drafts.map((other) => (other === draft ? next : other)))}
          onRemove={() => onChange(drafts.filter((other) => other !== draft))}
        />
      ))}
      <Button size="sm" className="self-start" icon={<Plus size={14} aria-hidden />} onPress={add}>
        Add criterion
      </Button>
    </fieldset>
  );
}

type RowProps = {
  position: number;
  draft: CriterionDraft;
  categories: readonly TagCategory[];
  showProblem: boolean;
  onChange: (draft: CriterionDraft) => void;
  onRemove: () => void;
};

function CriterionRow({ position, draft, categories, showProblem, onChange, onRemove }: RowProps) {
  const category = categories.find(({ name }) => name === draft.subject);
  const kind = category?.kind;
  const problem = criterionOf(draft, kind);
  const known = category !== undefined || draft.subject === SOURCE;
  const subjects = [
    ...(known ? [] : [{ value: draft.subject, label: draft.subject }]),
    ...categories.map(({ name }) => ({ value: name, label: name })),
    { value: SOURCE, label: "Source" },
  ];
  const choose = (subject: string) => {
    const operators = operatorsFor(subject, categories.find(({ name }) => name === subject)?.kind);
    onChange({
      ...draft,
      subject,
      op: operators.includes(draft.op) ? draft.op : (operators[0] ?? "is"),
      value: "",
    });
  };
  return (
    <div
      role="group"
      aria-label={`Criterion ${position}`}
      className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)_minmax(0,3fr)_auto] items-start gap-2"
    >
      <Select
        label={`Tag of criterion ${position}`}
        layout="bare"
        options={subjects}
        value={draft.subject}
        onChange={choose}
      />
      <Select
        label={`Test of criterion ${position}`}
        layout="bare"
        options={operatorsFor(draft.subject, kind).map((op) => ({
          value: op,
          label: OPERATORS[op],
        }))}
        value={draft.op}
        onChange={(op) => onChange({ ...draft, op })}
      />
      {!needsValue(draft.op) && <span />}
      {needsValue(draft.op) && (
        <TagValueField
          label={`Value of criterion ${position}`}
          category={isPart(draft.op) ? undefined : category}
          value={draft.value}
          onChange={(value) => onChange({ ...draft, value })}
          error={showProblem && typeof problem === "string" ? problem : undefined}
        />
      )}
      <IconButton
        label={`Remove criterion ${position}`}
        icon={<Trash2 size={14} aria-hidden />}
        onPress={onRemove}
      />
    </div>
  );
}
