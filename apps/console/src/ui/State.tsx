import CircleAlert from "lucide-react/icons/circle-alert";
import CircleCheck from "lucide-react/icons/circle-check";
import CircleDashed from "lucide-react/icons/circle-dashed";
import CircleMinus from "lucide-react/icons/circle-minus";
import CircleX from "lucide-react/icons/circle-x";
import LoaderCircle from "lucide-react/icons/loader-circle";
import type { ReactNode } from "react";
import { cx } from "../lib/class-names.ts";

export type StateTone = "ok" | "busy" | "warning" | "error" | "off" | "none";

const ICONS: Readonly<Record<StateTone, ReactNode>> = {
  ok: <CircleCheck size={14} aria-hidden className="flex-none text-ok" />,
  busy: <LoaderCircle size={14} aria-hidden className="flex-none animate-spin text-accent" />,
  warning: <CircleAlert size={14} aria-hidden className="flex-none text-warning" />,
  error: <CircleX size={14} aria-hidden className="flex-none text-error" />,
  off: <CircleMinus size={14} aria-hidden className="flex-none text-muted" />,
  none: <CircleDashed size={14} aria-hidden className="flex-none text-muted" />,
};

/** A state in words, with a sign of its own shape. */
export function State({
  tone,
  children,
  truncate,
}: {
  tone: StateTone;
  children: ReactNode;
  truncate?: boolean;
}) {
  return (
    <span
      className={cx(
        "inline-flex min-w-0 max-w-full items-center gap-1.5 align-middle",
        tone === "error" && "text-error",
        (tone === "off" || tone === "none") && "text-muted",
      )}
    >
      {ICONS[tone]}
      <span className={truncate ? "truncate" : ""}>{children}</span>
    </span>
  );
}
