import type { FormatError } from "@breakwater/platform";
import { type ErrorCode, httpStatus } from "@breakwater/protocol";

/** The error codes that clients of the public API know. */
function publicCode(code: ErrorCode): string {
  switch (code) {
    case "InvalidRequest":
    case "UnsupportedMediaType":
    case "Unprocessable":
      return "BadRequest";
    case "NotAuthenticated":
      return "InvalidCredentials";
    case "PermissionDenied":
    case "CertificateRefused":
      return "AccessDenied";
    case "StaleVersion":
      return "ConditionNotMet";
    case "PayloadTooLarge":
      return "RequestEntityTooLarge";
    case "Internal":
    case "BadGateway":
    case "Unavailable":
    case "DiskFull":
      return "InternalServerError";
    case "NotFound":
    case "Conflict":
    case "TooManyRequests":
      return code;
  }
}

export type PublicError = { error: { code: string; message: string } };

/** The error body of everything under `/v3.0`. */
export const formatPublicError: FormatError = (error) => ({
  status: httpStatus(error.code),
  body: { error: { code: publicCode(error.code), message: error.message } } satisfies PublicError,
});

/** One element of a multi-status answer. */
export type BatchItem = { status: number; body?: PublicError };

export function refusedItem(status: number, code: string, message: string): BatchItem {
  return { status, body: { error: { code, message } } };
}
