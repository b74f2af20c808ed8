import Search from "lucide-react/icons/search";
import X from "lucide-react/icons/x";
import { useEffect, useRef, useState } from "react";
import { inputClass } from "./fields.tsx";
import { useActions } from "./shortcuts.tsx";

/** A filter text. It is reported a moment after the last key; `/` brings the cursor here. */
export function SearchBox({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const reported = useRef(value);
  useEffect(() => {
    if (value === reported.current) return;
    reported.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === reported.current) return;
    const timer = setTimeout(() => {
      reported.current = text;
      onChange(text);
    }, 200);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  useActions([
    {
      id: "focus-filter",
      group: "List",
      label: "Filter the list",
      keys: "/",
      keysOnly: true,
      run: () => input.current?.select(),
    },
  ]);
  return (
    <div className="relative min-w-48 flex-1 basis-64">
      <Search
        size={14}
        aria-hidden
        className="pointer-events-none absolute top-2.25 left-2.5 text-muted"
      />
      <input
        ref={input}
        type="text"
        role="searchbox"
        aria-label={label}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        className={`${inputClass} h-8 pr-8 pl-8`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          if (text === "") input.current?.blur();
          else setText("");
        }}
      />
      {text !== "" && (
        <button
          type="button"
          aria-label="Clear the filter text"
          className="absolute top-1 right-1 inline-flex size-6 items-center justify-center rounded-sm text-muted hover:bg-hover"
          onClick={() => setText("")}
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </div>
  );
}
