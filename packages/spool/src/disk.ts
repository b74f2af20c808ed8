/**
 * One flat directory of files, as the spool needs it: everything that can fail or be lost in a
 * crash is named here, so that a simulated disk can do the failing.
 */
export type Disk = {
  list(): Promise<string[]>;
  size(name: string): Promise<number>;
  read(name: string, at: number, length: number): Promise<Buffer>;
  /** Opens for writing, creating the file when it is not there. */
  open(name: string): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Makes created, renamed and removed names durable. */
  syncDirectory(): Promise<void>;
  freeBytes(): Promise<number>;
};

export type DiskFile = {
  /** May write fewer bytes than given, as a nearly full disk does. */
  write(bytes: Buffer, at: number): Promise<number>;
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
};

/** Writes all bytes, however short the single writes are. */
export async function writeFully(file: DiskFile, bytes: Buffer, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const written = await file.write(bytes.subarray(done), at + done);
    if (written <= 0) throw Object.assign(new Error("disk accepted no bytes"), { code: "ENOSPC" });
    done += written;
  }
}

/** Replaces a small file so that a crash leaves the old or the new content, never a mixture. */
export async function replaceFile(disk: Disk, name: string, bytes: Buffer): Promise<void> {
  const temporary = `${name}.tmp`;
  const file = await disk.open(temporary);
  try {
    await file.truncate(0);
    await writeFully(file, bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, name);
  await disk.syncDirectory();
}
