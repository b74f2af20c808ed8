import type { RecognisedValue } from "@breakwater/protocol";
import { canonicalValue, detectType } from "@breakwater/reputation-set";

/** A value written in full, in any spelling; undefined for text that is only part of one. */
export function recogniseValue(text: string): RecognisedValue | undefined {
  const type = detectType(text);
  if (type === undefined) return undefined;
  const value = canonicalValue(type, text);
  return value.ok ? { type, value: value.value } : undefined;
}
