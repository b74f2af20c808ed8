import type { TagCategory } from "@breakwater/protocol";
import Plus from "lucide-react/icons/plus";
import Trash2 from "lucide-react/icons/trash-2";
import { useRef } from "react";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Select } from "../../ui/Select.tsx";
import { TagValueField } from "./TagValueField.tsx";
import { type TagDraft, tagsOf } from "./tag-draft.ts";

type Props = {
  legend: string;
  drafts: readonly TagDraft[];
  categories: readonly TagCategory[];
  onChange: (drafts: TagDraft[]) => void;
};

/** Tags to give to entries. */
export function TagsEditor({ legend, drafts, categories, onChange }: Props) {
  const nextKey = useRef(drafts.length);
  const read = tagsOf(drafts, categories);
  const free = categories.filter(({ name }) => !drafts.some((draft) => draft.name === name));
  const add = () => {
    nextKey.current += 1;
    onChange([...drafts, { key: nextKey.current, name: free[0]?.name ?? "", value: "" }]);
  };
  const replace = (draft: TagDraft, next: TagDraft) =>
    onChange(drafts.map((other) => (other === draft ? next : other)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">{legend}</legend>
      {drafts.map((draft, index) => (
        <div
          key={draft.key}
          role="group"
          aria-label={`Tag ${index + 1}`}
          className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-start gap-2"
        >
          <Select
            label={`Category of tag ${index + 1}`}
            layout="bare"
            options={[draft.name, ...free.map(({ name }) => name)].map((name) => ({
              value: name,
              label: name,
            }))}
            value={draft.name}
            onChange={(name) => replace(draft, { ...draft, name, value: "" })}
          />
          <TagValueField
            label={`Value of tag ${index + 1}`}
            category={categories.find(({ name }) => name === draft.name)}
            value={draft.value}
            onChange={(value) => replace(draft, { ...draft, value })}
            error={
              draft.value !== "" && "key" in read && read.key === draft.key
                ? read.problem
                : undefined
            }
          />
          <IconButton
            label={`Remove tag ${index + 1}`}
            icon={<Trash2 size={14} aria-hidden />}
            onPress={() => onChange(drafts.filter((other) => other !== draft))}
          />
        </div>
      ))}
      <Button
        size="sm"
        className="self-start"
        icon={<Plus size={14} aria-hidden />}
        onPress={add}
        disabledReason={free.length === 0 && "Every tag category is used"}
      >
        Add tag
      </Button>
    </fieldset>
  );
}
