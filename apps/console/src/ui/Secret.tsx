import { type ReactNode, useId } from "react";
import { Callout } from "./Callout.tsx";
import { CopyButton } from "./CopyButton.tsx";

/** A secret that is shown once, with what to do with it. */
export function SecretOnce({
  label,
  value,
  children,
}: {
  label: string;
  value: string;
  children?: ReactNode;
}) {
  return (
    <div className="flex flex-col gap-4">
      <Callout tone="warning">Copy it now. It is not shown again.</Callout>
      <CommandBlock label={label} value={value} />
      {children}
    </div>
  );
}

/** A value or command to copy, wrapped so that it can be read whole. */
export function CommandBlock({ label, value }: { label: string; value: string }) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="flex items-start gap-2 rounded-md border border-hairline bg-raised py-1.5 pr-1.5 pl-3">
        <textarea
          id={id}
          readOnly
          value={value}
          rows={2}
          spellCheck={false}
          className="mono field-sizing-content max-h-40 min-w-0 flex-1 resize-none bg-transparent py-1 leading-5 break-all text-text outline-offset-4"
          onFocus={(event) => event.target.select()}
        />
        <CopyButton value={value} label={`Copy ${label.toLowerCase()}`} />
      </div>
    </div>
  );
}
