import type { ReactNode } from "react";
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
  return (
    <div className="flex flex-col gap-1">
      <span className="font-medium">{label}</span>
      <div className="flex items-start gap-2 rounded-md border border-hairline bg-raised py-1.5 pr-1.5 pl-3">
        <code
          className="max-h-40 min-w-0 flex-1 overflow-y-auto py-1 leading-5 break-all select-all"
          tabIndex={0}
          role="textbox"
          aria-readonly
          aria-multiline
          aria-label={label}
        >
          {value}
        </code>
        <CopyButton value={value} label={`Copy ${label.toLowerCase()}`} />
      </div>
    </div>
  );
}
