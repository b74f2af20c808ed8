import type { Readable } from "node:stream";
import { PkiError } from "../errors.ts";

export type BodyLimits = { readonly maxBytes: number; readonly timeoutMs: number };

/**
 * The whole body, never more than `maxBytes` of it in memory. Rejects with BodyTooLarge, or
 * with RequestIncomplete when the client goes away or is too slow.
 */
export function readBody(stream: Readable, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => settle(new PkiError("RequestIncomplete")), limits.timeoutMs);
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.maxBytes) settle(new PkiError("BodyTooLarge"));
      else chunks.push(chunk);
    };
    const onEnd = () => settle();
    const onGone = () => settle(new PkiError("RequestIncomplete"));
    // A killed peer gives "close" or "error" and never "end".
    stream.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);

    function settle(error?: PkiError): void {
      clearTimeout(timer);
      stream.off("data", onData).off("end", onEnd).off("close", onGone);
      if (error === undefined) resolve(Buffer.concat(chunks));
      else reject(error);
    }
  });
}
