import { z } from "zod";

const STATUS = {
  InvalidRequest: 400,
  NotAuthenticated: 401,
  PermissionDenied: 403,
  CertificateRefused: 403,
  NotFound: 404,
  Conflict: 409,
  StaleVersion: 412,
  PayloadTooLarge: 413,
  UnsupportedMediaType: 415,
  Unprocessable: 422,
  TooManyRequests: 429,
  Internal: 500,
  BadGateway: 502,
  Unavailable: 503,
  DiskFull: 507,
} as const;

export type ErrorCode = keyof typeof STATUS;
export const ERROR_CODES = Object.keys(STATUS) as readonly ErrorCode[];

/** The one place where a code becomes an HTTP status. */
export function httpStatus(code: ErrorCode): number {
  return STATUS[code];
}

/** What is wrong with one field, and what to do about it. */
export const ErrorDetail = z.object({
  field: z.string().optional(),
  value: z.string().optional(),
  reason: z.string(),
  remedy: z.string().optional(),
});
export type ErrorDetail = z.infer<typeof ErrorDetail>;

export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.array(ErrorDetail).optional(),
    requestId: z.string().optional(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

export type AppErrorOptions = { cause?: unknown; details?: readonly ErrorDetail[] };

/** An expected failure: its message may be shown to the person who made the request. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[];

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.details = options.details ?? [];
  }
}

/** Shorthand for the commonest failure: one bad field. */
export function invalidField(
  field: string,
  value: string,
  reason: string,
  remedy: string,
): AppError {
  const shown = value.length > 200 ? `${value.slice(0, 200)}…` : value;
  return new AppError("InvalidRequest", `${field}: ${reason}. ${remedy}`, {
    details: [{ field, value: shown, reason, remedy }],
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
