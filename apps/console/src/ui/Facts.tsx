import type { ReactNode } from "react";
import { cx } from "../lib/class-names.ts";

export type Fact = { term: string; value: ReactNode };

/** Terms with their values, in one column or several. */
export function Facts({
  items,
  columns = 1,
}: {
  items: readonly (Fact | false | undefined)[];
  columns?: 1 | 2;
}) {
  return (
    <dl className={cx("grid gap-x-8", columns === 2 && "xl:grid-cols-2")}>
      {items.map(
        (item) =>
          item && (
            <div
              key={item.term}
              className="flex min-h-8 gap-4 border-b border-hairline py-1.5 last:border-b-0"
            >
              <dt className="w-40 flex-none text-muted">{item.term}</dt>
              <dd className="min-w-0 flex-1 wrap-anywhere">{item.value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
