import { ApiError } from "@breakwater/client";
import { AppError, messageOf } from "@breakwater/protocol";
import { UsageError } from "./usage-error.ts";

/** What the process answers with, so that scripts can tell failures apart. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  notAllowed: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  if (!(error instanceof ApiError)) return EXIT.failed;
  if (error.status === 0) return EXIT.unreachable;
  return error.status === 401 || error.status === 403 ? EXIT.notAllowed : EXIT.failed;
}

/** An error for people: message, then one line for each thing to put right. */
export function explain(error: unknown): string {
  const lines = [`breakwater: ${messageOf(error)}`];
  if (error instanceof ApiError || error instanceof AppError) {
    for (const { field, reason, remedy } of error.details) {
      lines.push(
        `  ${[field === undefined ? "" : `${field}:`, reason, remedy].filter(Boolean).join(" ")}`,
      );
    }
  }
  if (error instanceof ApiError && error.requestId !== undefined) {
    lines.push(`  request id ${error.requestId}`);
  }
  if (error instanceof UsageError) lines.push("Add --help to see what is possible.");
  return lines.join("\n");
}
