import { Link } from "@tanstack/react-router";
import { keysOf } from "../../lib/entry-labels.ts";
import { formatExact } from "../../lib/format-number.ts";

type Props<T extends string> = {
  counts: Readonly<Record<string, number>>;
  limit: number;
  labels: Readonly<Record<T, string>>;
};

/** How full the list is, per type. */
export function TypeLimits<T extends string>({ counts, limit, labels }: Props<T>) {
  return (
    <ul className="border-t border-hairline">
      {keysOf(labels).map((type) => (
        <li key={type} className="border-b border-hairline">
          <Link
            to="/suspicious-objects"
            search={{ type } as never}
            className="flex items-center gap-4 py-1.5 hover:bg-hover"
          >
            <span className="w-28 flex-none">{labels[type]}</span>
            <progress
              aria-label={`${labels[type]}: share of the limit`}
              max={limit}
              value={counts[type] ?? 0}
              className="progress h-1.5 min-w-0 flex-1"
            />
            <span className="w-36 flex-none text-right text-muted tabular-nums">
              {formatExact(counts[type] ?? 0)} of {formatExact(limit)}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
