/** The failures that clients of the SMS web API know. */
export type FailureStatus = 400 | 401 | 403 | 404 | 412 | 500;

/** A refusal; its message is the answer's body, so it says what to do and holds no secret. */
export class WebApiError extends Error {
  readonly status: FailureStatus;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: FailureStatus, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = "WebApiError";
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function malformed(message: string): WebApiError {
  return new WebApiError(400, message);
}

/** A value as an answer may repeat it. */
export function shown(value: string): string {
  const text = value.replaceAll(/\p{C}/gu, "?");
  return text.length > 100 ? `"${text.slice(0, 100)}…"` : `"${text}"`;
}
