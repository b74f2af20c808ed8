export { type Disk, type DiskFile, replaceFile, writeFully } from "./disk.ts";
export { createLock, type Lock } from "./lock.ts";
export { openNodeDisk } from "./node-disk.ts";
export type { DataRecord, RecordClass, SpoolRecord, TombstoneRecord } from "./record.ts";
export { NO_POSITION, type SourcePosition } from "./source-position.ts";
export { Spool, type SpoolItem, type SpoolOptions, type SpoolStatus } from "./spool.ts";
export { Tail, type TailChunk, type TailOptions, type TailStats } from "./tail.ts";
