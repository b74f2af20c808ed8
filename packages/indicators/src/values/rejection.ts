import type { ErrorDetail, Tags } from "@breakwater/protocol";
import type { Reading } from "../reading.ts";

/** Shared by all that have none. */
export const NO_TAGS: Tags = Object.freeze({});

const SHOWN = 200;

/** At most `length` characters, the last of which says that there was more. */
export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

export function rejection(
  line: number,
  value: string,
  { reason, remedy }: Pick<ErrorDetail, "reason" | "remedy">,
): Reading {
  const shown = shortened(value, SHOWN);
  return {
    kind: "rejected",
    line,
    value: shown,
    reason,
    ...(remedy === undefined ? {} : { remedy }),
  };
}
