import { type Disk, replaceFile } from "./disk.ts";
import { decodeRecord, type SpoolRecord } from "./record.ts";
import { quarantine, type Segment } from "./recover.ts";
import { missingRanges, repairedSegment } from "./repair.ts";
import { clipped, entryEnd, type SegmentEntry, scanSegment } from "./segment.ts";

/** The segments of one spool, oldest first, and what is in them. Repairs damage when it meets it. */
export class SegmentStore {
  readonly list: Segment[];
  readonly #disk: Disk;
  #reading: { name: string; entries: readonly SegmentEntry[] } | undefined;
  #damaged = 0;

  constructor(disk: Disk, segments: Segment[]) {
    this.#disk = disk;
    this.list = segments;
  }

  get oldest(): Segment | undefined {
    return this.list[0];
  }

  /** The segment with the newest record: it holds the source position, so it is never removed. */
  get newestWithData(): Segment | undefined {
    return this.list.findLast((segment) => segment.bytes > 0);
  }

  get damaged(): number {
    return this.#damaged;
  }

  bytes(): number {
    return this.list.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** @param nextSeq where the newest segment ends */
  endOf(segment: Segment, nextSeq: number): number {
    return this.list[this.list.indexOf(segment) + 1]?.firstSeq ?? nextSeq;
  }

  async remove(segment: Segment): Promise<void> {
    await this.#disk.remove(segment.name);
    this.list.splice(this.list.indexOf(segment), 1);
  }

  async replace(segment: Segment, bytes: Buffer): Promise<void> {
    await replaceFile(this.#disk, segment.name, bytes);
    segment.bytes = bytes.length;
    this.#reading = undefined;
  }

  /** Records of a segment that is no longer written; damaged ones have become tombstones. */
  async entriesOf(segment: Segment, end: number): Promise<readonly SegmentEntry[]> {
    if (this.#reading?.name === segment.name) return this.#reading.entries;
    const bytes = await this.#disk.read(segment.name, 0, segment.bytes);
    let scan = clipped(scanSegment(bytes), end);
    if (scan.damage.length > 0 || missingRanges(scan, segment.firstSeq, end).length > 0) {
      this.#damaged += 1;
      await quarantine(this.#disk, segment.name, bytes);
      const repaired = repairedSegment(bytes, scan, segment.firstSeq, end);
      await this.replace(segment, repaired);
      scan = scanSegment(repaired);
    }
    this.#reading = { name: segment.name, entries: scan.entries };
    return scan.entries;
  }

  /** Records that reach beyond `from`, until about `maxBytes` stored bytes are read. */
  async read(
    segment: Segment,
    entries: readonly SegmentEntry[],
    from: number,
    maxBytes: number,
  ): Promise<SpoolRecord[]> {
    const records: SpoolRecord[] = [];
    let budget = maxBytes;
    for (const entry of entries) {
      if (entryEnd(entry) <= from) continue;
      if (budget <= 0) break;
      budget -= entry.end - entry.at;
      const bytes = await this.#disk.read(segment.name, entry.at, entry.end - entry.at);
      records.push(decodeRecord(bytes) ?? asLost(entry));
    }
    return records;
  }
}

function asLost(entry: SegmentEntry): SpoolRecord {
  return { ...entry.header, kind: "tombstone", reason: "corruption" };
}
