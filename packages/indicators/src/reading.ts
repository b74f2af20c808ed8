import type { EntryType, ScanAction, Severity, Tags } from "@breakwater/protocol";

/** One thing to block or watch, as a file or feed names it. */
export type Indicator = {
  type: EntryType;
  /** Canonical, see `canonicalValue`. */
  value: string;
  /** `null` where the input says nothing: the importer has its own default. */
  severity: Severity | null;
  scanAction: ScanAction | null;
  tags: Tags;
  /** At most 500 characters. */
  description: string;
  /** Milliseconds since 1970; `null` when it does not expire. */
  expires: number | null;
};

/**
 * What became of one row. `line` is the number of the row's first line, from 1; in JSON documents
 * the number of the object. One line may give several indicators.
 */
export type Reading =
  | { kind: "indicator"; line: number; indicator: Indicator }
  | { kind: "rejected"; line: number; value: string; reason: string; remedy?: string };

/** Parts of the input that are no indicators and were not meant to be, counted by reason. */
export type Ignored = { reason: string; count: number };

/**
 * Readings of about 64 kB of input. `offset` (bytes of the unpacked input, after the last complete
 * row; of UTF-16 as if it were UTF-8) and `line` (lines up to there) are the place to resume from:
 * give them back as `from`. JSON documents come as one batch with offset 0.
 */
export type ReadingBatch = {
  readings: Reading[];
  ignored: Ignored[];
  offset: number;
  line: number;
};

export type Position = { offset: number; line: number };

/** Bytes as they come: file, request body or answer of a feed, plain or gzip. */
export type ByteSource = AsyncIterable<Uint8Array>;

export type ReadOptions = {
  /** Milliseconds since 1970: what relative and past expiry dates are measured against. */
  now: number;
  /** Bytes after unpacking, 4 GiB unless given; more is an error. */
  maxBytes?: number;
};

/** Options of the readers that go line by line and can therefore resume. */
export type LineReadOptions = ReadOptions & {
  /** Where an earlier run stopped. The input is given from its beginning all the same. */
  from?: Position;
};
