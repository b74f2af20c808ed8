import type { ReactNode } from "react";
import { FieldError } from "react-aria-components/FieldError";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { TextArea as AriaTextArea } from "react-aria-components/TextArea";
import {
  type TextFieldProps as AriaProps,
  TextField as AriaTextField,
} from "react-aria-components/TextField";
import { cx } from "../lib/class-names.ts";

export const inputClass =
  "w-full min-w-0 rounded-md border border-control bg-ground px-2.5 text-base text-text placeholder:text-muted data-invalid:border-error data-disabled:opacity-60 focus-visible:outline-offset-0";
export const labelClass = "text-base font-medium";

type FieldProps = Omit<AriaProps, "className" | "children" | "style"> & {
  label: string;
  description?: ReactNode;
  /** The server's or our own complaint; shown in place of the description. */
  error?: string | undefined;
  mono?: boolean;
  className?: string;
};

export type TextFieldProps = FieldProps & {
  placeholder?: string;
  hideLabel?: boolean;
  size?: "sm" | "md";
};

/** One line of text with its label, description and error. */
export function TextField({
  label,
  description,
  error,
  mono,
  className,
  placeholder,
  hideLabel,
  ...rest
}: TextFieldProps) {
  return (
    <AriaTextField
      {...rest}
      isInvalid={rest.isInvalid ?? error !== undefined}
      className={cx("flex flex-col gap-1", className)}
    >
      <Label className={hideLabel ? "sr-only" : labelClass}>{label}</Label>
      <Input placeholder={placeholder ?? ""} className={cx(inputClass, "h-8", mono && "mono")} />
      <FieldHelp description={description} error={error} />
    </AriaTextField>
  );
}

export type TextAreaProps = FieldProps & { rows?: number; placeholder?: string };

/** Several lines of text. */
export function TextArea({
  label,
  description,
  error,
  mono,
  className,
  rows = 4,
  placeholder,
  ...rest
}: TextAreaProps) {
  return (
    <AriaTextField
      {...rest}
      isInvalid={rest.isInvalid ?? error !== undefined}
      className={cx("flex flex-col gap-1", className)}
    >
      <Label className={labelClass}>{label}</Label>
      <AriaTextArea
        rows={rows}
        spellCheck={false}
        placeholder={placeholder ?? ""}
        className={cx(inputClass, "resize-y py-1.5", mono && "mono leading-5")}
      />
      <FieldHelp description={description} error={error} />
    </AriaTextField>
  );
}

function FieldHelp({ description, error }: { description: ReactNode; error: string | undefined }) {
  return (
    <>
      {description !== undefined && error === undefined && (
        <Text slot="description" className="text-xs text-muted">
          {description}
        </Text>
      )}
      <FieldError className="text-xs text-error">{error}</FieldError>
    </>
  );
}
