import Check from "lucide-react/icons/check";
import ChevronDown from "lucide-react/icons/chevron-down";
import { Button } from "react-aria-components/Button";
import { Label } from "react-aria-components/Label";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Select as AriaSelect, SelectValue } from "react-aria-components/Select";
import { cx } from "../lib/class-names.ts";
import { labelClass } from "./fields.tsx";
import { menuItemClass, popoverClass } from "./overlay-class.ts";

export type Option<T extends string> = { value: T; label: string };
export type SelectProps<T extends string> = {
  label: string;
  options: readonly Option<T>[];
  value: T;
  onChange: (value: T) => void;
  /** `inline` puts the label inside the control, for filter bars. */
  layout?: "stacked" | "inline" | "bare";
  /** Marks a filter that narrows the list. */
  active?: boolean;
  className?: string;
};

/** Choice of one of a few values. */
export function Select<T extends string>({
  label,
  options,
  value,
  onChange,
  layout = "stacked",
  active,
  className,
}: SelectProps<T>) {
  return (
    <AriaSelect
      value={value}
      onChange={(key) => {
        const chosen = options.find((option) => option.value === key);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      className={cx("flex min-w-0 flex-col gap-1", className)}
    >
      {layout !== "inline" && (
        <Label className={layout === "stacked" ? labelClass : "sr-only"}>{label}</Label>
      )}
      <div
        className={cx(
          "flex h-8 min-w-0 items-center rounded-md border bg-ground focus-within:outline-2 focus-within:outline-accent hover:bg-hover",
          active ? "border-accent" : "border-control",
        )}
      >
        {layout === "inline" && <Label className="pl-2.5 text-muted">{label}</Label>}
        <Button className="flex h-full min-w-0 flex-1 items-center gap-1.5 px-2.5 text-left text-base outline-none">
          <SelectValue className="block min-w-0 flex-1 truncate">
            {({ selectedText }) => selectedText}
          </SelectValue>
          <ChevronDown size={14} aria-hidden className="flex-none text-muted" />
        </Button>
      </div>
      <Popover className={cx(popoverClass, "min-w-(--trigger-width)")}>
        <ListBox className="max-h-80 overflow-auto p-1 outline-none">
          {options.map((option) => (
            <ListBoxItem
              key={option.value}
              id={option.value}
              textValue={option.label}
              className={menuItemClass}
            >
              {({ isSelected }) => (
                <>
                  <span className="flex-1">{option.label}</span>
                  <Check size={14} aria-hidden className={isSelected ? "" : "invisible"} />
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
