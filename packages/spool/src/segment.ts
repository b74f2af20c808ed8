import { decodeHeader, MAGIC_BYTES, type RecordHeader, recordLength } from "./record.ts";

export type SegmentEntry = {
  readonly header: RecordHeader;
  readonly at: number;
  readonly end: number;
};

/** What a scan of one segment found. Damage lies between good records; a torn tail lies after the last. */
export type SegmentScan = {
  readonly entries: readonly SegmentEntry[];
  readonly damage: readonly { readonly at: number; readonly end: number }[];
  /** Bytes up to the end of the last good record. */
  readonly goodEnd: number;
};

/** Finds every record that checks out; after a damaged one it looks for the next. */
export function scanSegment(bytes: Buffer): SegmentScan {
  const entries: SegmentEntry[] = [];
  const damage: { at: number; end: number }[] = [];
  let at = 0;
  for (let found = nextEntry(bytes, at); found !== undefined; found = nextEntry(bytes, at)) {
    if (found.at > at) damage.push({ at, end: found.at });
    entries.push(found);
    at = found.end;
  }
  return { entries, damage, goodEnd: at };
}

function nextEntry(bytes: Buffer, from: number): SegmentEntry | undefined {
  for (let at = from; at >= 0 && at < bytes.length; at = bytes.indexOf(MAGIC_BYTES, at + 1)) {
    const header = decodeHeader(bytes, at);
    if (header !== undefined) return { header, at, end: at + (recordLength(bytes, at) ?? 0) };
  }
  return undefined;
}

const NAME = /^(\d{16})\.log$/;

/** Segments are named by the sequence number of their first item. */
export function segmentName(firstSeq: number): string {
  return `${String(firstSeq).padStart(16, "0")}.log`;
}

export function segmentFirstSeq(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** One past the last sequence number of an entry. */
export function entryEnd(entry: SegmentEntry): number {
  return entry.header.seq + entry.header.count;
}

/** Records that a later segment holds again were never promised: the later ones count. */
export function clipped(scan: SegmentScan, end: number): SegmentScan {
  return {
    ...scan,
    entries: scan.entries.filter((entry) => entryEnd(entry) <= end),
  };
}
