import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import {
  POSITION_BYTES,
  readPosition,
  type SourcePosition,
  writePosition,
} from "./source-position.ts";

/** Lower classes are given up first when space runs out. */
export const RECORD_CLASSES = ["event", "telemetry"] as const;
export type RecordClass = (typeof RECORD_CLASSES)[number];

/** Why items are missing from the log. */
export const LOSS_REASONS = ["space", "corruption"] as const;
export type LossReason = (typeof LOSS_REASONS)[number];

type Common = {
  /** Sequence number of the first item. */
  readonly seq: number;
  /** Items in the payload (or lost); 0 for a record that only moves the source position. */
  readonly count: number;
  readonly recordClass: RecordClass;
  /** UNIX ms of the first and last item. */
  readonly firstTime: number;
  readonly lastTime: number;
  readonly position: SourcePosition;
};
export type DataRecord = Common & { readonly kind: "data"; readonly payload: Buffer };
/** Stands where `count` items were given up, so that every loss is counted and delivered. */
export type TombstoneRecord = Common & { readonly kind: "tombstone"; readonly reason: LossReason };
export type SpoolRecord = DataRecord | TombstoneRecord;

/*
 * magic u32 | length u32 | crc u32 | seq u64 | count u32 | class u8 | kind u8 | reason u8 | flags u8
 *   | firstTime f64 | lastTime f64 | source position | payload
 * Little-endian. `length` counts from `seq` on, and the CRC covers the same bytes.
 */
const MAGIC = 0x31505342;
const PREFIX = 12;
const FIXED = 32 + POSITION_BYTES;
export const MAGIC_BYTES = Buffer.from([0x42, 0x53, 0x50, 0x31]);
export const HEADER_BYTES = PREFIX + FIXED;
export const MAX_PAYLOAD_BYTES = 8 << 20;

const FLAG_DEFLATED = 1;
const COMPRESS_FROM = 512;

export function encodeRecord(record: SpoolRecord): Buffer {
  const plain = record.kind === "data" ? record.payload : Buffer.alloc(0);
  if (plain.length > MAX_PAYLOAD_BYTES) throw new RangeError("spool payload is larger than 8 MiB");
  const deflated = plain.length >= COMPRESS_FROM;
  const payload = deflated ? deflateRawSync(plain, { level: 1 }) : plain;
  const bytes = Buffer.alloc(HEADER_BYTES + payload.length);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(FIXED + payload.length, 4);
  bytes.writeBigUInt64LE(BigInt(record.seq), 12);
  bytes.writeUInt32LE(record.count, 20);
  bytes[24] = RECORD_CLASSES.indexOf(record.recordClass);
  bytes[25] = record.kind === "data" ? 0 : 1;
  bytes[26] = record.kind === "data" ? 0 : LOSS_REASONS.indexOf(record.reason);
  bytes[27] = deflated ? FLAG_DEFLATED : 0;
  bytes.writeDoubleLE(record.firstTime, 28);
  bytes.writeDoubleLE(record.lastTime, 36);
  writePosition(bytes, 44, record.position);
  payload.copy(bytes, HEADER_BYTES);
  bytes.writeUInt32LE(crc32(bytes.subarray(PREFIX)), 8);
  return bytes;
}

/** Total bytes of the record that starts at `at`, or undefined if none can start there. */
export function recordLength(bytes: Buffer, at: number): number | undefined {
  if (at + HEADER_BYTES > bytes.length || bytes.readUInt32LE(at) !== MAGIC) return undefined;
  const length = bytes.readUInt32LE(at + 4);
  if (length < FIXED || length > FIXED + MAX_PAYLOAD_BYTES + 1024) return undefined;
  return PREFIX + length;
}

/** Everything of a record but its payload. */
export type RecordHeader = Common &
  ({ readonly kind: "data" } | { readonly kind: "tombstone"; readonly reason: LossReason });

/** The checked header of the record at `at`, or undefined when it is torn or damaged. */
export function decodeHeader(bytes: Buffer, at: number): RecordHeader | undefined {
  const length = recordLength(bytes, at);
  if (length === undefined || at + length > bytes.length) return undefined;
  const body = bytes.subarray(at + PREFIX, at + length);
  if (crc32(body) !== bytes.readUInt32LE(at + 8)) return undefined;
  const recordClass = RECORD_CLASSES[body[12] ?? 0];
  const reason = LOSS_REASONS[body[14] ?? 0];
  if (recordClass === undefined || reason === undefined) return undefined;
  const common = {
    seq: Number(body.readBigUInt64LE(0)),
    count: body.readUInt32LE(8),
    recordClass,
    firstTime: body.readDoubleLE(16),
    lastTime: body.readDoubleLE(24),
    position: readPosition(body, 32),
  };
  return body[13] === 1 ? { ...common, kind: "tombstone", reason } : { ...common, kind: "data" };
}

export function decodeRecord(bytes: Buffer): SpoolRecord | undefined {
  const header = decodeHeader(bytes, 0);
  if (header === undefined || header.kind === "tombstone") return header;
  const stored = bytes.subarray(HEADER_BYTES, recordLength(bytes, 0));
  const deflated = ((bytes[27] ?? 0) & FLAG_DEFLATED) !== 0;
  const payload = deflated
    ? inflateRawSync(stored, { maxOutputLength: MAX_PAYLOAD_BYTES })
    : Buffer.from(stored);
  return { ...header, payload };
}
