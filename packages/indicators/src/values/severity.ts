import type { Severity } from "@breakwater/protocol";

const WORDS: ReadonlyMap<string, Severity> = new Map([
  ["critical", "High"],
  ["very high", "High"],
  ["severe", "High"],
  ["high", "High"],
  ["medium", "Medium"],
  ["moderate", "Medium"],
  ["med", "Medium"],
  ["low", "Low"],
  ["minor", "Low"],
  ["info", "Low"],
  ["informational", "Low"],
  ["information", "Low"],
]);

/**
 * High from 70, Medium from 30, Low below: where STIX 2.1 (appendix A) draws the line between its
 * high, medium and low confidence.
 */
export function severityOfScore(score: number): Severity {
  if (score >= 70) return "High";
  return score >= 30 ? "Medium" : "Low";
}

/** A word in any case, or a number from 0 to 100. Undefined when it is neither. */
export function parseSeverity(text: string): Severity | undefined {
  const known = WORDS.get(text) ?? WORDS.get(text.toLowerCase());
  if (known !== undefined) return known;
  if (!/^\d{1,3}(?:\.\d{1,6})?$/.test(text) || Number(text) > 100) return undefined;
  return severityOfScore(Number(text));
}
