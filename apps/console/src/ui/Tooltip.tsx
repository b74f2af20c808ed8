import type { ReactElement } from "react";
import { Tooltip as AriaTooltip, TooltipTrigger } from "react-aria-components/Tooltip";

/** A hint for a focusable element; also its accessible description. */
export function Tooltip({
  text,
  children,
  placement = "bottom",
}: {
  text: string;
  children: ReactElement;
  placement?: "top" | "bottom" | "right";
}) {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      {children}
      <AriaTooltip
        offset={6}
        placement={placement}
        className="max-w-72 rounded-md bg-text px-2 py-1 text-xs text-ground shadow-overlay"
      >
        {text}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
