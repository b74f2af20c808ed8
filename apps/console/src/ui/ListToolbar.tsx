import type { ReactNode } from "react";
import { cx } from "../lib/class-names.ts";

/** The row above a list: filters at the left, how many there are at the right. */
export function ListToolbar({
  children,
  count,
  tone,
}: {
  children: ReactNode;
  count?: ReactNode;
  tone?: "selected";
}) {
  return (
    <div
      className={cx(
        "flex min-h-12 flex-wrap items-center gap-2 px-6 pt-0 pb-3",
        tone === "selected" && "",
      )}
    >
      {children}
      {count !== undefined && (
        <span aria-live="polite" className="ml-auto pl-2 whitespace-nowrap text-muted tabular-nums">
          {count}
        </span>
      )}
    </div>
  );
}
