import type { ReactNode, Ref } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
} from "react-aria-components/Button";
import { cx } from "../lib/class-names.ts";
import { type ButtonLook, buttonClass } from "./button-class.ts";
import { Tooltip } from "./Tooltip.tsx";

type Base = Omit<AriaButtonProps, "className" | "children" | "isDisabled" | "style"> &
  ButtonLook & {
    ref?: Ref<HTMLButtonElement>;
    /** Why it cannot be pressed now; the button stays focusable and says so. */
    disabledReason?: string | false | undefined;
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
  className,
  tooltip,
  ...rest
}: ButtonProps) {
  const button = (
    <AriaButton
      {...rest}
      {...blocked(disabledReason, rest)}
      className={cx(buttonClass({ variant, size }), className)}
    >
      {icon}
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
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={disabledReason || label}>
      <AriaButton
        {...rest}
        {...blocked(disabledReason, rest)}
        aria-label={label}
        className={cx(buttonClass({ variant, size, square: true }), className)}
      >
        {icon}
      </AriaButton>
    </Tooltip>
  );
}

/** Disabled with a reason: still reachable by keyboard, so that the reason can be read. */
function blocked(
  reason: string | false | undefined,
  rest: Partial<AriaButtonProps>,
): Partial<AriaButtonProps> {
  if (!reason) return {};
  const onPress: NonNullable<AriaButtonProps["onPress"]> = () => undefined;
  return { "aria-disabled": true, ...(rest.type === "submit" ? { type: "button" } : {}), onPress };
}
