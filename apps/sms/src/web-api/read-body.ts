import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { WebApiError } from "./web-api-error.ts";

/** Of a file with its frame. */
export const LARGEST_BODY = 16 * 1024 * 1024;

const SMALL_BODY = 64 * 1024;

/** By what the request announces; without an announcement it may be of any size. */
export function hasLargeBody(request: IncomingMessage | Http2ServerRequest): boolean {
  const length = request.headers["content-length"];
  if (length !== undefined) return !(Number(length) <= SMALL_BODY);
  if ("stream" in request) return !request.stream.endAfterHeaders;
  return request.headers["transfer-encoding"] !== undefined;
}

/** The whole body. Throws WebApiError when it is too large or the client leaves in the middle. */
export function readBody(request: IncomingMessage, limit = LARGEST_BODY): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (error: WebApiError | undefined) => {
      request.off("data", onData);
      // What still comes is thrown away.
      request.resume();
      if (error === undefined) resolve(Buffer.concat(chunks));
      else reject(error);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else settle(tooLarge(limit));
    };
    request.on("data", onData);
    request.once("end", () => settle(undefined));
    request.once("error", () => settle(new WebApiError(400, "The body broke off.")));
    request.once("close", () => settle(new WebApiError(400, "The body broke off.")));
  });
}

function tooLarge(limit: number): WebApiError {
  const mebibytes = limit / 1024 / 1024;
  return new WebApiError(400, `The body is larger than ${mebibytes} MiB. Send several files.`);
}
