import { useEffect, useRef } from "react";
import { cx } from "../../../lib/class-names.ts";
import { formatCount } from "../../../lib/format-number.ts";
import { visibleText } from "../../../lib/hidden-characters.ts";
import { popoverClass } from "../../../ui/overlay-class.ts";
import type { Completion } from "./completions.ts";

type Props = {
  id: string;
  items: readonly Completion[];
  active: number;
  onChoose: (completion: Completion) => void;
};

/** What could be written next. Focus stays in the line. */
export function CompletionList({ id, items, active, onChoose }: Props) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div
      ref={list}
      id={`${id}-list`}
      role="listbox"
      aria-label="Completions"
      className={cx(
        popoverClass,
        "absolute top-full left-0 z-30 mt-1 max-h-80 w-full max-w-lg overflow-y-auto p-1",
      )}
    >
      {items.map((item, index) => (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are handled in the line
        <div
          key={item.text}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className={cx(
            "flex min-h-8 items-center gap-3 rounded-md px-2",
            index === active ? "bg-hover" : "hover:bg-hover",
          )}
          // A press must not take the focus out of the line.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(item)}
        >
          <bdi className="mono flex-none truncate">{visibleText(item.text)}</bdi>
          <span className="min-w-0 flex-1 truncate text-xs text-muted">{item.note}</span>
          {item.count !== undefined && (
            <span className="text-xs text-muted tabular-nums">{formatCount(item.count)}</span>
          )}
        </div>
      ))}
    </div>
  );
}
