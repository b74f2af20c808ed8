import LoaderCircle from "lucide-react/icons/loader-circle";
import type { ReactNode, Ref } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
} from "react-aria-components/Button";
import { cx } from "../lib/class-names.ts";
import { type ButtonLook, buttonClass } from "./button-class.ts";
import { Tooltip } from "./Tooltip.tsx";

type Base = Omit<AriaButtonProps, "className" | "children" | "isDisabled" | "isPending" | "style"> &
  ButtonLook & {
    ref?: Ref<HTMLButtonElement>;
    /** Why it cannot be pressed now; the button stays focusable and says so. */
    disabledReason?: string | false | undefined;
    /** At work: pressing again does nothing. */
    isPending?: boolean;
    className?: string;
  };
export type ButtonProps = Base & { children: ReactNode; icon?: ReactNode; tooltip?: string };

/** A button with a text. */
export function Button({
  variant,
  size,
  icon,
  children,
  disabledReason,
  isPending,
  className,
  tooltip,
  ...rest
}: ButtonProps) {
  const button = (
    <AriaButton
      {...rest}
      {...blocked(Boolean(disabledReason) || isPending === true, rest)}
      className={cx(buttonClass({ variant, size }), className)}
    >
      {isPending ? <LoaderCircle size={14} aria-hidden className="animate-spin" /> : icon}
      {children}
    </AriaButton>
  );
  const hint = disabledReason || tooltip;
  return hint ? <Tooltip text={hint}>{button}</Tooltip> : button;
}

export type IconButtonProps = Base & { label: string; icon: ReactNode };

/** A button with an icon only; its label is the accessible name and the tooltip. */
export function IconButton({
  variant = "quiet",
  size,
  icon,
  label,
  disabledReason,
  isPending,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={disabledReason || label}>
      <AriaButton
        {...rest}
        {...blocked(Boolean(disabledReason) || isPending === true, rest)}
        aria-label={label}
        className={cx(buttonClass({ variant, size, square: true }), className)}
      >
        {icon}
      </AriaButton>
    </Tooltip>
  );
}

/**
 * Blocked buttons stay reachable by keyboard, so that the reason can be read and focus is not lost.
 * React Aria's own pending state announces the button after it is gone.
 */
function blocked(isBlocked: boolean, rest: Partial<AriaButtonProps>): Partial<AriaButtonProps> {
  if (!isBlocked) return {};
  const onPress: NonNullable<AriaButtonProps["onPress"]> = () => undefined;
  return { "aria-disabled": true, ...(rest.type === "submit" ? { type: "button" } : {}), onPress };
}
