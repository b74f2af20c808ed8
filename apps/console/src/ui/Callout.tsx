import CircleCheck from "lucide-react/icons/circle-check";
import Info from "lucide-react/icons/info";
import OctagonAlert from "lucide-react/icons/octagon-alert";
import TriangleAlert from "lucide-react/icons/triangle-alert";
import type { ReactNode } from "react";
import { cx } from "../lib/class-names.ts";

export type Tone = "info" | "ok" | "warning" | "error";

const TONES = {
  info: {
    box: "border-hairline bg-raised",
    icon: <Info size={16} aria-hidden className="mt-0.5 flex-none text-accent" />,
  },
  ok: {
    box: "border-ok/40 bg-ok-soft",
    icon: <CircleCheck size={16} aria-hidden className="mt-0.5 flex-none text-ok" />,
  },
  warning: {
    box: "border-warning/40 bg-warning-soft",
    icon: <TriangleAlert size={16} aria-hidden className="mt-0.5 flex-none text-warning" />,
  },
  error: {
    box: "border-error/40 bg-error-soft",
    icon: <OctagonAlert size={16} aria-hidden className="mt-0.5 flex-none text-error" />,
  },
} as const;

/** A message in the flow of the page. Errors and warnings are announced. */
export function Callout({
  tone,
  title,
  children,
  action,
  className,
}: {
  tone: Tone;
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div
      role={tone === "error" ? "alert" : undefined}
      className={cx(
        "flex items-start gap-2.5 rounded-md border px-3 py-2.5",
        TONES[tone].box,
        className,
      )}
    >
      {TONES[tone].icon}
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        {title !== undefined && <p className="font-medium">{title}</p>}
        {children !== undefined && <div className="min-w-0 wrap-anywhere">{children}</div>}
      </div>
      {action}
    </div>
  );
}
