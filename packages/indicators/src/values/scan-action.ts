import type { ScanAction } from "@breakwater/protocol";

const WORDS: ReadonlyMap<string, ScanAction> = new Map([
  ["block", "block"],
  ["blocked", "block"],
  ["deny", "block"],
  ["drop", "block"],
  ["reject", "block"],
  ["prevent", "block"],
  ["quarantine", "block"],
  ["log", "log"],
  ["alert", "log"],
  ["alertonly", "log"],
  ["audit", "log"],
  ["detect", "log"],
  ["monitor", "log"],
  ["notify", "log"],
]);

/** What people write for block and log, in any case. Undefined for everything else. */
export function parseScanAction(text: string): ScanAction | undefined {
  return WORDS.get(text) ?? WORDS.get(text.toLowerCase());
}
