import type { Disk } from "./disk.ts";
import { acknowledgeDropped, type DroppedState, dropSegment } from "./dropped-ranges.ts";
import { createLock } from "./lock.ts";
import { type DataRecord, encodeRecord, type RecordHeader, type SpoolRecord } from "./record.ts";
import { type Recovered, recover, type Segment, saveDropped } from "./recover.ts";
import { withoutTelemetry } from "./repair.ts";
import { createReserve, type Reserve } from "./reserve.ts";
import { type SegmentEntry, type SegmentScan, scanSegment } from "./segment.ts";
import { SegmentStore } from "./segment-store.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { NO_POSITION, type SourcePosition } from "./source-position.ts";
import { isDiskFull, writeFailure } from "./write-failure.ts";

export type SpoolOptions = {
  readonly disk: Disk;
  /** 16 lower-case hex digits, random. */
  readonly newEpoch: () => string;
  readonly segmentBytes: number;
  /** Upper bound of all segments together; at least four segments. */
  readonly maxBytes: number;
  /** Space kept free for the moment the disk is full. 0 for none. */
  readonly reserveBytes: number;
};

/** What is appended: a record that has no sequence number yet. */
export type SpoolItem = Omit<DataRecord, "kind" | "seq">;

export type SpoolStatus = {
  readonly epoch: string;
  readonly nextSeq: number;
  readonly acknowledged: number;
  readonly pending: number;
  readonly bytes: number;
  /** Items given up for want of space since the directory was made; each is also reported through the log. */
  readonly dropped: number;
  readonly damagedSegments: number;
  readonly diskFull: boolean;
};

/** From this share of the space on, telemetry is given up, oldest first. */
const TELEMETRY_SHARE = 0.8;

/**
 * Durable, bounded record log. What `append` resolved is never lost silently: it is delivered, or
 * a tombstone that counts it is delivered in its place.
 */
export class Spool {
  readonly epoch: string;
  readonly #options: SpoolOptions;
  readonly #disk: Disk;
  readonly #lock = createLock();
  readonly #reserve: Reserve;
  readonly #segments: SegmentStore;
  readonly #writer: SegmentWriter;
  #nextSeq: number;
  #acknowledged = 0;
  #position: SourcePosition | undefined;
  #dropped: DroppedState;
  readonly #compacted = new Set<string>();
  #diskFull = false;

  private constructor(options: SpoolOptions, start: Recovered) {
    this.#options = options;
    this.#disk = options.disk;
    this.#reserve = createReserve(options.disk, options.reserveBytes);
    this.#segments = new SegmentStore(options.disk, start.segments);
    this.#writer = new SegmentWriter(options.disk, start.segments, options.segmentBytes);
    this.epoch = start.epoch;
    this.#nextSeq = start.nextSeq;
    this.#position = start.position;
    this.#dropped = start.dropped;
  }

  static async open(options: SpoolOptions): Promise<Spool> {
    if (options.maxBytes < options.segmentBytes * 4) {
      throw new RangeError("maxBytes must hold at least four segments");
    }
    const start = await recover(options.disk, options.newEpoch);
    const spool = new Spool(options, start);
    await spool.#writer.resume(start.activeEntries);
    await spool.#reserve.refill().catch(() => false);
    return spool;
  }

  /** Where reading of the source goes on: the position in the last durable record. */
  get position(): SourcePosition | undefined {
    return this.#position;
  }

  status(): SpoolStatus {
    const first = this.#dropped.ranges[0]?.from ?? this.#firstSeq();
    return {
      epoch: this.epoch,
      nextSeq: this.#nextSeq,
      acknowledged: this.#acknowledged,
      pending: Math.max(0, this.#nextSeq - Math.max(this.#acknowledged, first)),
      bytes: this.#segments.bytes(),
      dropped: this.#dropped.total,
      damagedSegments: this.#segments.damaged,
      diskFull: this.#diskFull,
    };
  }

  /** Resolves with the sequence number after the last item, once everything is on disk. */
  append(items: readonly SpoolItem[]): Promise<number> {
    return this.#lock(async () => {
      const records = numbered(items, this.#nextSeq);
      const last = records.at(-1);
      if (last === undefined) return this.#nextSeq;
      const encoded = records.map(encodeRecord);
      const bytes = Buffer.concat(encoded);
      await this.#makeRoom(bytes.length);
      await this.#write(bytes);
      this.#writer.committed(
        records.map(headerOf),
        encoded.map((one) => one.length),
      );
      this.#nextSeq = last.seq + last.count;
      this.#position = last.position;
      return this.#nextSeq;
    });
  }

  /** Records from `from` on, in order, about `maxBytes` stored bytes; the first may start before it. */
  read(from: number, maxBytes: number): Promise<SpoolRecord[]> {
    return this.#lock(async () => {
      const lost = this.#lostAt(from);
      if (lost !== undefined) return [lost];
      if (from >= this.#nextSeq) return [];
      const segment = this.#segments.list.findLast((candidate) => candidate.firstSeq <= from);
      if (segment === undefined) return [];
      return this.#segments.read(segment, await this.#entriesOf(segment), from, maxBytes);
    });
  }

  /** Everything before `next` is safe elsewhere and may go. */
  acknowledge(next: number): Promise<void> {
    return this.#lock(async () => {
      if (next <= this.#acknowledged) return;
      this.#acknowledged = next;
      if (next > this.#nextSeq) await this.#jumpTo(next);
      const dropped = acknowledgeDropped(this.#dropped, next);
      if (dropped !== this.#dropped) await this.#setDropped(dropped);
      await this.#removeAcknowledged();
    });
  }

  close(): Promise<void> {
    return this.#lock(() => this.#writer.seal());
  }

  #firstSeq(): number {
    return this.#segments.oldest?.firstSeq ?? this.#nextSeq;
  }

  #endOf(segment: Segment): number {
    return this.#segments.endOf(segment, this.#nextSeq);
  }

  async #entriesOf(segment: Segment): Promise<readonly SegmentEntry[]> {
    const active = this.#writer.active;
    if (active?.segment === segment) return active.entries;
    return this.#segments.entriesOf(segment, this.#endOf(segment));
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      await this.#writer.append(bytes, this.#nextSeq);
    } catch (error) {
      if (!isDiskFull(error)) throw writeFailure(error);
      this.#diskFull = true;
      if (!(await this.#reserve.release())) throw writeFailure(error);
      await this.#writer.append(bytes, this.#nextSeq).catch((again: unknown) => {
        throw writeFailure(again);
      });
      return;
    }
    // The bytes are on disk: whatever becomes of the reserve, they count.
    if (await this.#reserve.refill().catch(() => false)) this.#diskFull = false;
  }

  /** The receiver has more than we do: our tail was lost, and its numbers must not be used again. */
  async #jumpTo(next: number): Promise<void> {
    await this.#writer.seal();
    this.#nextSeq = next;
  }

  async #setDropped(dropped: DroppedState): Promise<void> {
    await saveDropped(this.#disk, dropped);
    this.#dropped = dropped;
  }

  #removable(): Segment | undefined {
    const { oldest, newestWithData } = this.#segments;
    const kept = oldest === newestWithData || oldest === this.#writer.active?.segment;
    return kept ? undefined : oldest;
  }

  async #removeAcknowledged(): Promise<void> {
    let oldest = this.#removable();
    while (oldest !== undefined && this.#endOf(oldest) <= this.#acknowledged) {
      await this.#segments.remove(oldest);
      oldest = this.#removable();
    }
  }

  async #makeRoom(incoming: number): Promise<void> {
    const { maxBytes } = this.#options;
    await this.#giveUpTelemetry(maxBytes * TELEMETRY_SHARE - incoming);
    let oldest = this.#removable();
    while (oldest !== undefined && this.#segments.bytes() + incoming > maxBytes) {
      await this.#giveUp(oldest);
      oldest = this.#removable();
    }
  }

  async #giveUpTelemetry(limit: number): Promise<void> {
    const active = this.#writer.active?.segment;
    for (const segment of this.#segments.list) {
      if (this.#segments.bytes() <= limit) return;
      if (segment === active || this.#compacted.has(segment.name)) continue;
      await this.#entriesOf(segment);
      const bytes = await this.#disk.read(segment.name, 0, segment.bytes);
      const scan = scanSegment(bytes);
      const kept = withoutTelemetry(bytes, scan);
      if (kept !== undefined) {
        await this.#segments.replace(segment, kept);
        const total = this.#dropped.total + telemetryItems(scan);
        await this.#setDropped({ ...this.#dropped, total });
      }
      this.#compacted.add(segment.name);
    }
  }

  /** First the note of what is given up, then the segment: a crash between the two loses no count. */
  async #giveUp(segment: Segment): Promise<void> {
    const end = this.#endOf(segment);
    if (end > this.#acknowledged) {
      const entries = await this.#entriesOf(segment);
      const from = Math.max(segment.firstSeq, this.#acknowledged);
      await this.#setDropped(dropSegment(this.#dropped, entries, from, end));
    }
    await this.#segments.remove(segment);
    this.#compacted.delete(segment.name);
  }

  #lostAt(from: number): SpoolRecord | undefined {
    const range = this.#dropped.ranges.find((candidate) => candidate.to > from);
    const position = this.#position ?? NO_POSITION;
    if (range !== undefined && range.from <= from) {
      const { to, firstTime, lastTime } = range;
      return tombstone({ seq: from, count: to - from, firstTime, lastTime, position }, "space");
    }
    const first = range?.from ?? this.#firstSeq();
    if (from >= first) return undefined;
    const times = { firstTime: 0, lastTime: 0 };
    return tombstone({ seq: from, count: first - from, ...times, position }, "corruption");
  }
}

function numbered(items: readonly SpoolItem[], from: number): DataRecord[] {
  let seq = from;
  return items.map((item) => {
    const record: DataRecord = { ...item, kind: "data", seq };
    seq += item.count;
    return record;
  });
}

function headerOf(record: DataRecord): RecordHeader {
  const { seq, count, recordClass, firstTime, lastTime, position } = record;
  return { kind: "data", seq, count, recordClass, firstTime, lastTime, position };
}

function tombstone(
  fields: Pick<SpoolRecord, "seq" | "count" | "firstTime" | "lastTime" | "position">,
  reason: "space" | "corruption",
): SpoolRecord {
  return { ...fields, kind: "tombstone", recordClass: "event", reason };
}

function telemetryItems(scan: SegmentScan): number {
  const given = scan.entries.filter(
    ({ header }) => header.recordClass === "telemetry" && header.kind === "data",
  );
  return given.reduce((sum, entry) => sum + entry.header.count, 0);
}
