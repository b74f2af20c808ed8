import type { SegmentEntry } from "./segment.ts";

/** Items given up for want of space, oldest first, not yet acknowledged as reported. */
export type DroppedRange = {
  readonly from: number;
  readonly to: number;
  readonly firstTime: number;
  readonly lastTime: number;
};
export type DroppedState = {
  /** Items ever given up in this spool, for any reason. */
  readonly total: number;
  readonly ranges: readonly DroppedRange[];
};

export const NOTHING_DROPPED: DroppedState = { total: 0, ranges: [] };
const MAX_RANGES = 256;

export function dropSegment(
  state: DroppedState,
  entries: readonly SegmentEntry[],
  firstSeq: number,
  endSeq: number,
): DroppedState {
  if (endSeq <= firstSeq) return state;
  const range = {
    from: firstSeq,
    to: endSeq,
    firstTime: entries[0]?.header.firstTime ?? 0,
    lastTime: entries.at(-1)?.header.lastTime ?? 0,
  };
  return { total: state.total + endSeq - firstSeq, ranges: mergeOldest([...state.ranges, range]) };
}

/** A year of outage must not grow the list without bound: the two oldest neighbours become one. */
function mergeOldest(ranges: DroppedRange[]): DroppedRange[] {
  const [first, second, ...rest] = ranges;
  if (ranges.length <= MAX_RANGES || first === undefined || second === undefined) return ranges;
  return [{ ...first, to: second.to, lastTime: second.lastTime }, ...rest];
}

export function acknowledgeDropped(state: DroppedState, next: number): DroppedState {
  const ranges = state.ranges.filter((range) => range.to > next);
  return ranges.length === state.ranges.length ? state : { ...state, ranges };
}

export function encodeDropped(state: DroppedState): Buffer {
  return Buffer.from(`${JSON.stringify(state)}\n`);
}

/** Unreadable content counts as nothing: the log itself still shows where items are missing. */
export function decodeDropped(bytes: Buffer): DroppedState {
  try {
    const parsed: unknown = JSON.parse(bytes.toString("utf8"));
    return isDroppedState(parsed) ? parsed : NOTHING_DROPPED;
  } catch {
    return NOTHING_DROPPED;
  }
}

function isDroppedState(value: unknown): value is DroppedState {
  if (typeof value !== "object" || value === null) return false;
  if (!("total" in value) || typeof value.total !== "number") return false;
  if (!("ranges" in value) || !Array.isArray(value.ranges)) return false;
  return value.ranges.every(isRange);
}

function isRange(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const fields = new Map(Object.entries(value));
  return ["from", "to", "firstTime", "lastTime"].every((key) => Number.isFinite(fields.get(key)));
}
