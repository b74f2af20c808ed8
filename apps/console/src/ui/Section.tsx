import type { ReactNode } from "react";
import { cx } from "../lib/class-names.ts";

/** A titled part of a page. */
export function Section({
  title,
  actions,
  children,
  className,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section aria-label={title} className={cx("flex min-w-0 flex-col gap-2", className)}>
      <div className="flex min-h-8 items-center gap-2">
        <h2 className="flex-1 text-lg font-semibold">{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
