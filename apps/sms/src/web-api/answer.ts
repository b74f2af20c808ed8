import type { ServerResponse } from "node:http";
import type { Log } from "@breakwater/platform";
import { AppError } from "@breakwater/protocol";
import { WebApiError } from "./web-api-error.ts";

export type Answer = {
  status: 200 | 204;
  /** Empty unless a client reads it. */
  body?: string;
  headers?: Readonly<Record<string, string>>;
};

export function sendAnswer(
  response: ServerResponse,
  { status, body = "", headers = {} }: Answer,
): void {
  const hasBody = status !== 204;
  response.writeHead(status, {
    ...(hasBody ? { "content-length": String(Buffer.byteLength(body)) } : {}),
    ...(body === "" ? {} : { "content-type": "text/plain; charset=utf-8" }),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(hasBody ? body : undefined);
}

/** Says what is wrong in plain text. What is unknown is logged, without the address of the request. */
export function sendFailure(response: ServerResponse, thrown: unknown, log: Log): void {
  const error = toWebApiError(thrown);
  if (error !== thrown && error.status === 500) log.error({ err: thrown }, "web API call failed");
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = `${error.message}\n`;
  const { status, retryAfterSeconds } = error;
  response.writeHead(status, {
    "content-length": String(Buffer.byteLength(body)),
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(status === 401 ? { "www-authenticate": 'Basic realm="SMS web API", charset="UTF-8"' } : {}),
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
  });
  response.end(body);
}

function toWebApiError(thrown: unknown): WebApiError {
  if (thrown instanceof WebApiError) return thrown;
  if (thrown instanceof AppError && thrown.code === "Unavailable") {
    return new WebApiError(500, thrown.message, 5);
  }
  return new WebApiError(500, "Something failed on the SMS. Its system log says what.");
}
