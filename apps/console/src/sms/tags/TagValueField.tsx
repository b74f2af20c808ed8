import type { TagCategory } from "@breakwater/protocol";
import { TextField } from "../../ui/fields.tsx";
import { Select } from "../../ui/Select.tsx";

type Props = {
  label: string;
  category: Pick<TagCategory, "kind" | "values" | "otherValues"> | undefined;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
};

const YES_NO = [
  { value: "true", label: "yes" },
  { value: "false", label: "no" },
];

/** The value of a tag, chosen where its category says what there is. */
export function TagValueField({ label, category, value, onChange, error }: Props) {
  if (category?.kind === "yes-no")
    return (
      <Select
        label={label}
        layout="bare"
        options={YES_NO}
        value={value === "false" ? "false" : "true"}
        onChange={onChange}
      />
    );
  const values = category?.kind === "list" && !category.otherValues ? category.values : null;
  if (values !== null && values.length > 0) {
    const kept = value === "" || values.includes(value) ? values : [value, ...values];
    return (
      <Select
        label={label}
        layout="bare"
        options={[
          ...(value === "" ? [{ value: "", label: "Choose a value" }] : []),
          ...kept.map((one) => ({ value: one, label: one })),
        ]}
        value={value}
        onChange={onChange}
      />
    );
  }
  return (
    <TextField
      label={label}
      hideLabel
      value={value}
      onChange={onChange}
      error={error}
      placeholder={category?.kind === "date" ? "2026-12-31" : ""}
    />
  );
}
