import { cx } from "../lib/class-names.ts";

export type ButtonLook = {
  variant?: "primary" | "secondary" | "quiet" | "danger" | undefined;
  size?: "sm" | "md" | undefined;
};

const VARIANTS = {
  primary: "bg-accent text-on-accent border-transparent hover:bg-accent-strong",
  secondary: "bg-ground text-text border-control hover:bg-hover",
  quiet: "bg-transparent text-text border-transparent hover:bg-hover",
  danger: "bg-error text-on-error border-transparent hover:opacity-90",
} as const;

/** The look of buttons, also for links that act like one. */
export function buttonClass({
  variant = "secondary",
  size = "md",
  square,
}: ButtonLook & { square?: boolean }): string {
  return cx(
    "inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none transition-colors",
    "aria-disabled:opacity-50 data-pending:opacity-70 data-disabled:opacity-50",
    VARIANTS[variant],
    size === "sm"
      ? cx("h-7 text-sm", square ? "w-7" : "px-2")
      : cx("h-8 text-base", square ? "w-8" : "px-3"),
  );
}
