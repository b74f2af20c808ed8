import type { Disk } from "./disk.ts";
import { replaceFile } from "./disk.ts";
import {
  type DroppedState,
  decodeDropped,
  encodeDropped,
  NOTHING_DROPPED,
} from "./dropped-ranges.ts";
import { missingRanges, repairedSegment } from "./repair.ts";
import {
  clipped,
  entryEnd,
  type SegmentEntry,
  scanSegment,
  segmentFirstSeq,
  segmentName,
} from "./segment.ts";
import type { SourcePosition } from "./source-position.ts";

/** A segment as the spool keeps it in mind; its records are looked up when they are wanted. */
export type Segment = { readonly name: string; readonly firstSeq: number; bytes: number };

export type Recovered = {
  readonly epoch: string;
  readonly segments: Segment[];
  readonly nextSeq: number;
  /** Records of the newest segment. */
  readonly activeEntries: SegmentEntry[];
  readonly position: SourcePosition | undefined;
  readonly dropped: DroppedState;
  readonly tornBytes: number;
};

export const EPOCH_FILE = "epoch";
export const DROPPED_FILE = "dropped.json";

/**
 * Brings a directory left by any crash into a state that can be appended to. A torn tail of the
 * newest segment is cut off: it was never promised. Damage in front of good records is repaired.
 */
export async function recover(disk: Disk, newEpoch: () => string): Promise<Recovered> {
  const names = await disk.list();
  for (const name of names) if (name.endsWith(".tmp")) await disk.remove(name);
  const epoch = await readOrCreateEpoch(disk, names, newEpoch);
  const dropped = names.includes(DROPPED_FILE)
    ? decodeDropped(await disk.read(DROPPED_FILE, 0, await disk.size(DROPPED_FILE)))
    : NOTHING_DROPPED;
  const segments = await listSegments(disk, names, dropped);
  const newest = await openNewest(disk, segments);
  const position = newest.position ?? (await lastPosition(disk, segments));
  return { epoch, segments, dropped, position, ...newest.end };
}

async function readOrCreateEpoch(
  disk: Disk,
  names: string[],
  newEpoch: () => string,
): Promise<string> {
  if (names.includes(EPOCH_FILE)) {
    const text = (await disk.read(EPOCH_FILE, 0, 64)).toString("latin1").trim();
    if (/^[0-9a-f]{16}$/.test(text)) return text;
  }
  const epoch = newEpoch();
  await replaceFile(disk, EPOCH_FILE, Buffer.from(`${epoch}\n`));
  return epoch;
}

async function listSegments(
  disk: Disk,
  names: string[],
  dropped: DroppedState,
): Promise<Segment[]> {
  const droppedTo = dropped.ranges.at(-1)?.to ?? 0;
  const firstSeqs = names.flatMap((name) => segmentFirstSeq(name) ?? []).sort((a, b) => a - b);
  const segments: Segment[] = [];
  for (const [i, firstSeq] of firstSeqs.entries()) {
    const name = segmentName(firstSeq);
    const end = firstSeqs[i + 1];
    if (end !== undefined && end <= droppedTo) await disk.remove(name);
    else segments.push({ name, firstSeq, bytes: await disk.size(name) });
  }
  return segments;
}

async function openNewest(disk: Disk, segments: Segment[]) {
  const newest = segments.at(-1);
  if (newest === undefined) {
    return { position: undefined, end: { nextSeq: 0, activeEntries: [], tornBytes: 0 } };
  }
  const bytes = await disk.read(newest.name, 0, newest.bytes);
  let scan = scanSegment(bytes);
  const tornBytes = bytes.length - scan.goodEnd;
  if (missingRanges(scan, newest.firstSeq, undefined).length > 0 || scan.damage.length > 0) {
    const repaired = repairedSegment(bytes, scan, newest.firstSeq, undefined);
    await quarantine(disk, newest.name, bytes);
    await replaceFile(disk, newest.name, repaired);
    scan = scanSegment(repaired);
  } else {
    await truncateAndSync(disk, newest.name, scan.goodEnd);
  }
  newest.bytes = scan.goodEnd;
  const last = scan.entries.at(-1);
  return {
    position: last?.header.position,
    end: {
      nextSeq: last === undefined ? newest.firstSeq : entryEnd(last),
      activeEntries: [...scan.entries],
      tornBytes,
    },
  };
}

/** Whatever a killed process wrote may still be in the page cache only: sync before building on it. */
async function truncateAndSync(disk: Disk, name: string, length: number): Promise<void> {
  const file = await disk.open(name);
  try {
    await file.truncate(length);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.syncDirectory();
}

/** Looks behind an empty newest segment. Records that its number overrules were never promised. */
async function lastPosition(disk: Disk, segments: Segment[]): Promise<SourcePosition | undefined> {
  let end = segments.at(-1)?.firstSeq ?? 0;
  for (const segment of segments.slice(0, -1).toReversed()) {
    const scan = clipped(scanSegment(await disk.read(segment.name, 0, segment.bytes)), end);
    const last = scan.entries.at(-1);
    if (last !== undefined) return last.header.position;
    end = segment.firstSeq;
  }
  return undefined;
}

const QUARANTINE_LIMIT = 4;

/** Keeps the damaged bytes for a person to look at; only the last few, so that they stay bounded. */
export async function quarantine(disk: Disk, name: string, bytes: Buffer): Promise<void> {
  const kept = (await disk.list()).filter((other) => other.endsWith(".damaged")).sort();
  for (const old of kept.slice(0, Math.max(0, kept.length - QUARANTINE_LIMIT + 1)))
    await disk.remove(old);
  await replaceFile(disk, `${name}.damaged`, bytes);
}

export async function saveDropped(disk: Disk, dropped: DroppedState): Promise<void> {
  await replaceFile(disk, DROPPED_FILE, encodeDropped(dropped));
}
