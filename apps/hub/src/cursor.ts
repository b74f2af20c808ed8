import { invalidField } from "@breakwater/protocol";
import type { z } from "zod";

/** Opaque to clients: where the next page of our own API starts. */
export function encodeCursor(start: unknown): string {
  return Buffer.from(JSON.stringify(start)).toString("base64url");
}

/** What was encoded, checked against `shape`. Throws InvalidRequest. */
export function decodeCursor<T>(cursor: string, shape: z.ZodType<T>, field = "cursor"): T {
  try {
    const text = Buffer.from(cursor, "base64url").toString("utf8");
    // A forged cursor must not smuggle in what the database cannot read.
    return shape.parse(JSON.parse(text.replaceAll("\\u0000", "")));
  } catch {
    throw invalidField(field, cursor, "it is not one of ours", "Use it as it was given");
  }
}
