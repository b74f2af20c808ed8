import type { ReactNode } from "react";
import { cx } from "../lib/class-names.ts";

/** A page that scrolls as a whole (`flow`) or whose list scrolls below a fixed head (`fill`). */
export function Page({
  children,
  layout = "flow",
}: {
  children: ReactNode;
  layout?: "flow" | "fill";
}) {
  return (
    <div
      className={cx(
        "flex min-h-0 flex-1 flex-col gap-5 px-6 py-5",
        layout === "flow" && "overflow-y-auto *:flex-none",
      )}
    >
      {children}
    </div>
  );
}

/** A list with its details beside it: bleeds to the edges of the page. */
export function ListWithPanel({ list, panel }: { list: ReactNode; panel: ReactNode }) {
  return (
    <div className="relative -mx-6 -mb-5 flex min-h-0 flex-1 border-t border-transparent">
      <div className="flex min-w-0 flex-1 flex-col">{list}</div>
      {panel}
    </div>
  );
}

/** A list that reaches the edges of a page with the layout `fill`. */
export function FullBleed({ children }: { children: ReactNode }) {
  return <div className="-mx-6 -mb-5 flex min-h-0 flex-1 flex-col">{children}</div>;
}
