import type { Download } from "@breakwater/protocol";
import { ApiError } from "./api-error.ts";

/** Whether an answer is to be kept as a file. */
export function isFile(response: Response): boolean {
  return response.headers.get("content-disposition")?.startsWith("attachment") === true;
}

export function downloadOf(response: Response): Download {
  const disposition = response.headers.get("content-disposition") ?? "";
  const filename = /filename="([^"]+)"/.exec(disposition)?.[1] ?? "download";
  return { filename, bytes: bytesOf(response) };
}

async function* bytesOf({ body, status }: Response): AsyncGenerator<Uint8Array, undefined> {
  const reader = body?.getReader();
  if (reader === undefined) return undefined;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      yield value;
    }
  } catch (cause) {
    throw new ApiError({
      status,
      code: "Unreachable",
      message: "The download broke off before its end. Start it again.",
      cause,
    });
  } finally {
    // Of no effect after the end; before it, the server stops sending.
    await reader.cancel().catch(() => undefined);
  }
}
