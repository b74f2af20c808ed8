import type { QueryProblem } from "@breakwater/protocol/query-language";
import { cx } from "../../../lib/class-names.ts";

type Props = {
  text: string;
  problems: readonly QueryProblem[];
  /** How far the line is scrolled, in pixels. */
  scrolled: number;
  className: string;
};

/** Lies over the line and underlines what cannot be understood. */
export function QueryMirror({ text, problems, scrolled, className }: Props) {
  if (problems.length === 0) return null;
  return (
    <div
      aria-hidden
      className={cx(
        "pointer-events-none absolute inset-0 overflow-hidden border border-transparent",
        className,
      )}
    >
      <div
        className="whitespace-pre text-transparent"
        style={{ transform: `translateX(${-scrolled}px)` }}
      >
        {partsOf(text, problems).map(({ from, part, isWrong }) => (
          <span
            key={from}
            className={
              isWrong ? "underline decoration-error decoration-wavy underline-offset-2" : undefined
            }
          >
            {part}
          </span>
        ))}
      </div>
    </div>
  );
}

function partsOf(text: string, problems: readonly QueryProblem[]) {
  const edges = [...new Set([0, text.length, ...problems.flatMap(({ from, to }) => [from, to])])];
  const sorted = edges.toSorted((a, b) => a - b);
  return sorted.slice(0, -1).map((from, index) => ({
    from,
    part: text.slice(from, sorted[index + 1]),
    isWrong: problems.some((problem) => problem.from <= from && from < problem.to),
  }));
}
