import type { ErrorBody, ErrorCode, ErrorDetail } from "@breakwater/protocol";

/** `Unreachable`: no answer at all. `Unexpected`: an answer that is not the API's. */
export type ApiErrorCode = ErrorCode | "Unreachable" | "TimedOut" | "Unexpected";

export type ApiErrorFields = {
  /** HTTP status; 0 when there was no answer. */
  status: number;
  code: ApiErrorCode;
  message: string;
  details?: readonly ErrorDetail[] | undefined;
  requestId?: string | undefined;
  cause?: unknown;
};

/** A request that failed, with what the server said about it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ApiErrorCode;
  readonly details: readonly ErrorDetail[];
  readonly requestId: string | undefined;

  constructor(fields: ApiErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = "ApiError";
    this.status = fields.status;
    this.code = fields.code;
    this.details = fields.details ?? [];
    this.requestId = fields.requestId;
  }
}

/** Turns an answer with an error status into an `ApiError`; bodies of proxies are not JSON. */
export function apiErrorOf(status: number, requestId: string | null, text: string): ApiError {
  const error = errorIn(text);
  if (error === undefined) {
    return new ApiError({
      status,
      code: "Unexpected",
      message: `The server answered with status ${status} and no explanation.`,
      requestId: requestId ?? undefined,
    });
  }
  return new ApiError({
    status,
    // Codes of a newer server pass through; callers compare with the ones they know.
    code: error.code as ApiErrorCode,
    message: error.message,
    details: error.details,
    requestId: error.requestId ?? requestId ?? undefined,
  });
}

function errorIn(text: string): ErrorBody["error"] | undefined {
  try {
    const { error } = JSON.parse(text) as Partial<ErrorBody>;
    return typeof error?.code === "string" && typeof error.message === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}
