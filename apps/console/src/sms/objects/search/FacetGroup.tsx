import Minus from "lucide-react/icons/minus";
import { useId, useState } from "react";
import { cx } from "../../../lib/class-names.ts";
import { formatCount, formatExact } from "../../../lib/format-number.ts";
import { visibleText } from "../../../lib/hidden-characters.ts";
import { useRovingFocus } from "../../../ui/use-roving-focus.ts";
import type { FacetMark } from "./query-facets.ts";

export type FacetValue = {
  value: string;
  term: string;
  label: string;
  count: number;
  exact: boolean;
  mark: FacetMark | undefined;
};
type Props = {
  heading: string;
  values: readonly FacetValue[];
  onToggle: (term: string, mark: FacetMark) => void;
};

const SHOWN = 6;

/** One tab stop: up and down between the values, right to keep one out. */
export function FacetGroup({ heading, values, onToggle }: Props) {
  const [all, setAll] = useState(false);
  const id = useId();
  const shown = all
    ? values
    : values.filter((one, index) => index < SHOWN || one.mark !== undefined);
  const roving = useRovingFocus(shown.length, 2);
  if (values.length === 0) return null;
  return (
    <div className="flex flex-col gap-0.5">
      <h2 id={id} className="px-1 pb-0.5 text-xs font-medium text-muted">
        {heading}
      </h2>
      <div role="group" aria-labelledby={id} {...roving.group}>
        {shown.map((one, row) => (
          <FacetRow
            key={one.term}
            value={one}
            include={roving.cell(row, 0)}
            exclude={roving.cell(row, 1)}
            onToggle={(mark) => onToggle(one.term, mark)}
          />
        ))}
      </div>
      {values.length > SHOWN && (
        <button
          type="button"
          className="self-start rounded-sm px-1 text-xs text-accent underline-offset-2 hover:underline"
          onClick={() => setAll(!all)}
        >
          {all ? "Show fewer" : `Show all ${formatExact(values.length)}`}
        </button>
      )}
    </div>
  );
}

type Cell = ReturnType<ReturnType<typeof useRovingFocus>["cell"]>;

function FacetRow({
  value: { label, count, exact, mark },
  include,
  exclude,
  onToggle,
}: {
  value: FacetValue;
  include: Cell;
  exclude: Cell;
  onToggle: (mark: FacetMark) => void;
}) {
  const name = visibleText(label);
  return (
    <div
      className={cx(
        "group flex h-7 items-center rounded-sm text-sm hover:bg-hover",
        mark === "include" && "bg-selected font-medium",
      )}
    >
      <button
        type="button"
        {...include}
        aria-pressed={mark === "include"}
        className="flex h-full min-w-0 flex-1 items-center gap-2 rounded-sm px-1 text-left outline-offset-[-2px]"
        onClick={() => onToggle("include")}
      >
        <bdi
          title={name}
          className={cx("min-w-0 flex-1 truncate", mark === "exclude" && "text-muted line-through")}
        >
          {name}
        </bdi>
        <span className="text-xs text-muted tabular-nums" title={formatExact(count)}>
          {exact ? "" : "≈ "}
          {formatCount(count)}
        </span>
      </button>
      <button
        type="button"
        {...exclude}
        aria-pressed={mark === "exclude"}
        aria-label={`Exclude ${name}`}
        title={`Exclude ${name}`}
        className={cx(
          "flex size-6 flex-none items-center justify-center rounded-sm outline-offset-[-2px]",
          mark === "exclude"
            ? "bg-error-soft text-error"
            : "text-muted opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100",
        )}
        onClick={() => onToggle("exclude")}
      >
        <Minus size={14} aria-hidden />
      </button>
    </div>
  );
}
