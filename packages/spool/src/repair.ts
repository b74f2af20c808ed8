import { encodeRecord, type LossReason, type SpoolRecord } from "./record.ts";
import { entryEnd, type SegmentEntry, type SegmentScan } from "./segment.ts";
import { NO_POSITION } from "./source-position.ts";

/** Sequence numbers that no good record of a segment covers. */
export type MissingRange = { readonly from: number; readonly to: number };

/**
 * @param expectedEnd first sequence number of the next segment; undefined for the newest segment,
 *   whose end is wherever its last good record ends
 */
export function missingRanges(
  scan: SegmentScan,
  firstSeq: number,
  expectedEnd: number | undefined,
): MissingRange[] {
  const missing: MissingRange[] = [];
  let next = firstSeq;
  for (const entry of scan.entries) {
    if (entry.header.seq > next) missing.push({ from: next, to: entry.header.seq });
    next = Math.max(next, entryEnd(entry));
  }
  if (expectedEnd !== undefined && expectedEnd > next)
    missing.push({ from: next, to: expectedEnd });
  return missing;
}

/** A segment's bytes again, its good records kept and a tombstone in place of every missing range. */
export function repairedSegment(
  bytes: Buffer,
  scan: SegmentScan,
  firstSeq: number,
  expectedEnd: number | undefined,
): Buffer {
  const parts: Buffer[] = [];
  let missing = missingRanges(scan, firstSeq, expectedEnd);
  let before: SegmentEntry | undefined;
  for (const entry of scan.entries) {
    const gap = missing.find((range) => range.to === entry.header.seq);
    if (gap !== undefined) parts.push(encodeRecord(tombstoneFor(gap, before, entry, "corruption")));
    missing = missing.filter((range) => range !== gap);
    parts.push(bytes.subarray(entry.at, entry.end));
    before = entry;
  }
  for (const gap of missing)
    parts.push(encodeRecord(tombstoneFor(gap, before, undefined, "corruption")));
  return Buffer.concat(parts);
}

function tombstoneFor(
  range: MissingRange,
  before: SegmentEntry | undefined,
  after: SegmentEntry | undefined,
  reason: LossReason,
): SpoolRecord {
  return {
    kind: "tombstone",
    reason,
    seq: range.from,
    count: range.to - range.from,
    recordClass: "event",
    firstTime: before?.header.lastTime ?? after?.header.firstTime ?? 0,
    lastTime: after?.header.firstTime ?? before?.header.lastTime ?? 0,
    position: before?.header.position ?? NO_POSITION,
  };
}

/**
 * A segment's bytes without its telemetry: runs of it become one tombstone each. Undefined when
 * there is none to give up.
 */
export function withoutTelemetry(bytes: Buffer, scan: SegmentScan): Buffer | undefined {
  const parts: Buffer[] = [];
  let run: SegmentEntry[] = [];
  let found = false;
  const flush = () => {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) return;
    parts.push(encodeRecord(mergedTombstone(first, last, run)));
    run = [];
  };
  for (const entry of scan.entries) {
    if (entry.header.recordClass === "telemetry") {
      run.push(entry);
      found ||= entry.header.kind === "data";
      continue;
    }
    flush();
    parts.push(bytes.subarray(entry.at, entry.end));
  }
  flush();
  return found ? Buffer.concat(parts) : undefined;
}

function mergedTombstone(
  first: SegmentEntry,
  last: SegmentEntry,
  run: SegmentEntry[],
): SpoolRecord {
  return {
    kind: "tombstone",
    reason: "space",
    seq: first.header.seq,
    count: run.reduce((sum, entry) => sum + entry.header.count, 0),
    recordClass: "telemetry",
    firstTime: first.header.firstTime,
    lastTime: last.header.lastTime,
    position: last.header.position,
  };
}
