import { type Disk, type DiskFile, writeFully } from "./disk.ts";
import type { Segment } from "./recover.ts";
import { type SegmentEntry, segmentName } from "./segment.ts";

/** Appends to the newest segment and starts a new one when it is full or can no longer be trusted. */
export class SegmentWriter {
  readonly #disk: Disk;
  readonly #segments: Segment[];
  readonly #segmentBytes: number;
  #open: { file: DiskFile; segment: Segment; entries: SegmentEntry[] } | undefined;

  /** @param segments shared with the spool: oldest first, the writer adds to its end */
  constructor(disk: Disk, segments: Segment[], segmentBytes: number) {
    this.#disk = disk;
    this.#segments = segments;
    this.#segmentBytes = segmentBytes;
  }

  /** Goes on with the newest segment after a start. */
  async resume(entries: SegmentEntry[]): Promise<void> {
    const segment = this.#segments.at(-1);
    if (segment === undefined) return;
    this.#open = { segment, entries, file: await this.#disk.open(segment.name) };
  }

  /** The segment being written and its records, which need not be read back. */
  get active():
    | { readonly segment: Segment; readonly entries: readonly SegmentEntry[] }
    | undefined {
    return this.#open;
  }

  /** Resolves once the bytes are on disk. After a failure nothing of them counts. */
  async append(bytes: Buffer, firstSeq: number): Promise<void> {
    const open = await this.#openFor(bytes.length, firstSeq);
    try {
      await writeFully(open.file, bytes, open.segment.bytes);
      await open.file.sync();
      if (open.segment.bytes === 0) await this.#disk.syncDirectory();
    } catch (error) {
      await this.#abandon();
      throw error;
    }
  }

  /** Enters what `append` has written. */
  committed(headers: readonly SegmentEntry["header"][], lengths: readonly number[]): void {
    const open = this.#open;
    if (open === undefined) return;
    for (const [i, header] of headers.entries()) {
      const at = open.segment.bytes;
      open.segment.bytes = at + (lengths[i] ?? 0);
      open.entries.push({ header, at, end: open.segment.bytes });
    }
  }

  async seal(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.file.close();
  }

  async #openFor(length: number, firstSeq: number) {
    const open = this.#open;
    if (open !== undefined) {
      const fits = open.segment.bytes + length <= this.#segmentBytes;
      if (fits || open.segment.bytes === 0) return open;
      await this.seal();
    }
    return this.#start(firstSeq);
  }

  async #start(firstSeq: number) {
    const name = segmentName(firstSeq);
    const file = await this.#disk.open(name);
    try {
      await file.truncate(0);
    } catch (error) {
      await file.close();
      throw error;
    }
    const segment = this.#segmentNamed(name, firstSeq);
    const open = { file, segment, entries: [] };
    this.#open = open;
    return open;
  }

  #segmentNamed(name: string, firstSeq: number): Segment {
    const known = this.#segments.find((segment) => segment.name === name);
    const segment = known ?? { name, firstSeq, bytes: 0 };
    segment.bytes = 0;
    if (known === undefined) this.#segments.push(segment);
    return segment;
  }

  /** A failed fsync may have lost any of the file's last writes; believing a second one is the old mistake. */
  async #abandon(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    await open.file.truncate(open.segment.bytes).catch(() => undefined);
    await this.seal().catch(() => undefined);
  }
}
