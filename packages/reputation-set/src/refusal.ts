import { type ErrorDetail, fail } from "@breakwater/protocol";

/** Longest value shown back to the person who sent it. */
const SHOWN = 200;

/** Why a value cannot be an entry, and what to do about it. */
export function refuse(field: string, value: string, reason: string, remedy: string) {
  const shown = value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value;
  return fail<ErrorDetail>({ field, value: shown, reason, remedy });
}
