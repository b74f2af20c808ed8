/**
 * How far an append-only source file has been read. The file is known by device, inode and a
 * fingerprint of its first bytes, so a reused inode is not mistaken for the old file.
 */
export type SourcePosition = {
  readonly dev: bigint;
  readonly ino: bigint;
  /** First 64 bits of the SHA-256 of the first `fingerprintLength` bytes. */
  readonly fingerprint: bigint;
  readonly fingerprintLength: number;
  /** Bytes consumed: always just after a newline. */
  readonly offset: number;
  /** Modification time of the file when it was read; orders files when this one has gone. */
  readonly mtimeMs: number;
};

export const POSITION_BYTES = 44;

export const NO_POSITION: SourcePosition = {
  dev: 0n,
  ino: 0n,
  fingerprint: 0n,
  fingerprintLength: 0,
  offset: 0,
  mtimeMs: 0,
};

export function writePosition(target: Buffer, at: number, position: SourcePosition): void {
  target.writeBigUInt64LE(position.dev, at);
  target.writeBigUInt64LE(position.ino, at + 8);
  target.writeBigUInt64LE(position.fingerprint, at + 16);
  target.writeUInt32LE(position.fingerprintLength, at + 24);
  target.writeBigUInt64LE(BigInt(position.offset), at + 28);
  target.writeDoubleLE(position.mtimeMs, at + 36);
}

export function readPosition(source: Buffer, at: number): SourcePosition {
  return {
    dev: source.readBigUInt64LE(at),
    ino: source.readBigUInt64LE(at + 8),
    fingerprint: source.readBigUInt64LE(at + 16),
    fingerprintLength: source.readUInt32LE(at + 24),
    offset: Number(source.readBigUInt64LE(at + 28)),
    mtimeMs: source.readDoubleLE(at + 36),
  };
}
