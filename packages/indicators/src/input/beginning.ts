import type { ByteSource } from "../reading.ts";
import { peek } from "./peek.ts";
import { utf8Text } from "./utf8-text.ts";

const LENGTH = 65_536;

/** The first 64 kB of a text as UTF-8, and whether that is all of it. Closes the source. */
export async function beginningOf(source: ByteSource): Promise<{ text: Buffer; whole: boolean }> {
  const { chunks } = await utf8Text(source, Number.MAX_SAFE_INTEGER);
  const { head, all } = await peek(chunks, LENGTH + 1);
  await all.return(undefined);
  return { text: head.subarray(0, LENGTH), whole: head.length <= LENGTH };
}
