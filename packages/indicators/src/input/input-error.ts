import { AppError, type ErrorCode } from "@breakwater/protocol";

/** The input as a whole cannot be read; nothing after this point was. */
export function inputError(code: ErrorCode, reason: string, remedy: string): AppError {
  return new AppError(code, `The input cannot be read: ${reason}. ${remedy}`, {
    details: [{ field: "input", reason, remedy }],
  });
}
