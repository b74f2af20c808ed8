import Search from "lucide-react/icons/search";
import X from "lucide-react/icons/x";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { cx } from "../../../lib/class-names.ts";
import { inputClass } from "../../../ui/fields.tsx";
import { useActions } from "../../../ui/shortcuts.tsx";
import { CompletionList } from "./CompletionList.tsx";
import { type Completion, completed, completionsAt, type KnownValues } from "./completions.ts";
import { QueryMirror } from "./QueryMirror.tsx";
import { QueryStatus } from "./QueryStatus.tsx";
import { readQuery } from "./read-query.ts";

type Props = {
  value: string;
  known: KnownValues;
  /** Reported a moment after the last key, and at once by Enter. */
  onChange: (q: string, options: { isDone: boolean }) => void;
};

const SETTLE_MS = 250;
const textClass = "mono h-9 pr-9 pl-8 leading-9";

/** The search as one line of text, completed, checked and read back while it is typed. */
export function QueryLine({ value, known, onChange }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [cursor, setCursor] = useState(0);
  const [scrolled, setScrolled] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const reported = useRef(value);
  useEffect(() => {
    if (value === reported.current) return;
    reported.current = value;
    setText(value);
  }, [value]);
  const report = (next: string, isDone: boolean) => {
    reported.current = next;
    onChange(next, { isDone });
  };
  useEffect(() => {
    if (text === reported.current) return;
    const timer = setTimeout(() => report(text, false), SETTLE_MS);
    return () => clearTimeout(timer);
  });
  const read = useMemo(() => readQuery(text), [text]);
  const offered = isOpen ? completionsAt(text, cursor, known) : [];
  const choose = (completion: Completion) => {
    const next = completed(text, completion);
    setText(next.text);
    setCursor(next.cursor);
    setActive(-1);
    setOpen(completion.text.endsWith(":"));
    requestAnimationFrame(() => input.current?.setSelectionRange(next.cursor, next.cursor));
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    const chosen = offered[active];
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        event.preventDefault();
        setOpen(true);
        setCursor(event.currentTarget.selectionStart ?? text.length);
        if (offered.length === 0) return;
        const by = event.key === "ArrowDown" ? 1 : -1;
        setActive((active + by + offered.length + 1) % (offered.length + 1));
        return;
      }
      case "Tab":
      case "Enter":
        if (chosen !== undefined) {
          event.preventDefault();
          choose(chosen);
          return;
        }
        setOpen(false);
        if (event.key === "Enter") report(text, true);
        return;
      case "Escape":
        event.preventDefault();
        setOpen(false);
        if (offered.length > 0) return;
        if (text === "") input.current?.blur();
        else setText("");
        return;
      default:
    }
  };
  useActions([
    {
      id: "focus-search",
      group: "List",
      label: "Search the list",
      keys: "/",
      keysOnly: true,
      run: () => input.current?.select(),
    },
  ]);
  const showsList = offered.length > 0;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="relative min-w-0">
        <Search
          size={14}
          aria-hidden
          className="pointer-events-none absolute top-2.75 left-2.5 z-10 text-muted"
        />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label="Search objects"
          aria-expanded={showsList}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={
            showsList && active >= 0 && active < offered.length ? `${id}-${active}` : undefined
          }
          aria-invalid={read.problems.length > 0}
          aria-describedby={`${id}-status`}
          placeholder="Value or part of it, or severity:High -source:&quot;Feed&quot; expires:<24h"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          className={cx(inputClass, textClass, read.problems.length > 0 && "border-error")}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setCursor(event.target.selectionStart ?? event.target.value.length);
            setActive(-1);
            setOpen(true);
          }}
          onKeyDown={onKeyDown}
          onScroll={(event) => setScrolled(event.currentTarget.scrollLeft)}
          onBlur={() => setOpen(false)}
        />
        <QueryMirror
          text={text}
          problems={read.problems}
          scrolled={scrolled}
          className={textClass}
        />
        {text !== "" && (
          <button
            type="button"
            aria-label="Clear the search"
            className="absolute top-1.5 right-1.5 inline-flex size-6 items-center justify-center rounded-sm text-muted hover:bg-hover"
            onClick={() => {
              setText("");
              input.current?.focus();
            }}
          >
            <X size={14} aria-hidden />
          </button>
        )}
        {showsList && <CompletionList id={id} items={offered} active={active} onChoose={choose} />}
      </div>
      <QueryStatus id={`${id}-status`} read={read} />
    </div>
  );
}
