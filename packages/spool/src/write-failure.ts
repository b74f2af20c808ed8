import { AppError, messageOf } from "@breakwater/protocol";

export function isDiskFull(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ENOSPC" || error.code === "EDQUOT")
  );
}

/** What went wrong, and what a person can do about it. */
export function writeFailure(error: unknown): AppError {
  if (isDiskFull(error)) {
    const message =
      "The disk that holds the event spool is full. Free space on it; nothing is lost while the engine's log waits.";
    return new AppError("DiskFull", message, { cause: error });
  }
  return new AppError("Internal", `The event spool could not be written: ${messageOf(error)}`, {
    cause: error,
  });
}
