import { type ReactNode, useId } from "react";
import { cx } from "../lib/class-names.ts";

export type ToggleProps = {
  label: ReactNode;
  description?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  kind?: "checkbox" | "switch";
  className?: string;
};

/** A native check box or switch with its label. */
export function Toggle({
  label,
  description,
  checked,
  onChange,
  disabled,
  kind = "checkbox",
  className,
}: ToggleProps) {
  const id = useId();
  return (
    <div className={cx("flex items-start gap-2", className)}>
      <input
        id={id}
        type="checkbox"
        role={kind === "switch" ? "switch" : undefined}
        className={cx(kind === "switch" ? "switch mt-px" : "check mt-0.5")}
        checked={checked}
        disabled={disabled ?? false}
        aria-describedby={description === undefined ? undefined : `${id}-help`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div className="flex flex-col">
        <label htmlFor={id}>{label}</label>
        {description !== undefined && (
          <span id={`${id}-help`} className="text-xs text-muted">
            {description}
          </span>
        )}
      </div>
    </div>
  );
}
