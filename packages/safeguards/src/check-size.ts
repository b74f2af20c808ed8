import type { SizeLimits } from "@breakwater/protocol";
import type { Safeguard } from "./safeguard.ts";

/** How many entries a source has asserted, would assert, and how many of them come and go. */
export type SizeChange = {
  readonly before: number;
  readonly after: number;
  readonly added: number;
  readonly removed: number;
};

const REMEDY =
  "Look at what the source sends now; accept the change if it is right, else reject it";

/**
 * Whether a source changed so much at once that a person should look first. The first fill is taken
 * whatever its size; an empty result never replaces anything.
 */
export function checkSize(change: SizeChange, limits: SizeLimits): Safeguard | undefined {
  const { before, after, added, removed } = change;
  if (before === 0) return undefined;
  if (after === 0) {
    const reason = `The source sends nothing, and had ${count(before)}`;
    return { code: "source-empty", reason, remedy: REMEDY };
  }
  const lost = before - after;
  if (lost > limits.shrinkEntries && lost * 100 > before * limits.shrinkPercent) {
    const percent = Math.floor((lost * 100) / before);
    const reason = `The source shrinks by ${percent} %, from ${count(before)} to ${number(after)} (${number(removed)} would go)`;
    return { code: "source-shrunk", reason, remedy: REMEDY };
  }
  if (after - before > limits.growthEntries && after > before * limits.growthFactor) {
    const times = Math.floor((after * 10) / before) / 10;
    const reason = `The source grows ${times} times, from ${count(before)} to ${number(after)} (${number(added)} are new)`;
    return { code: "source-grown", reason, remedy: REMEDY };
  }
  return undefined;
}

function count(entries: number): string {
  return entries === 1 ? "one entry" : `${number(entries)} entries`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
