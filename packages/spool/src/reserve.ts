import { type Disk, writeFully } from "./disk.ts";

const RESERVE_FILE = "reserve";
const CHUNK = 1 << 20;

/** Space set aside so that the last records and checkpoints can still be written to a full disk. */
export type Reserve = {
  /** Sets the space aside again when there is plenty; resolves whether it is in place. */
  refill(): Promise<boolean>;
  /** Gives the space back to the disk; resolves whether there was any. */
  release(): Promise<boolean>;
};

export function createReserve(disk: Disk, bytes: number): Reserve {
  let inPlace = false;
  return {
    refill: async () => {
      if (bytes === 0 || inPlace) return true;
      // From before a restart: most needed where there is no space for another.
      inPlace = await isFilled(disk, bytes);
      if (inPlace) return true;
      if ((await disk.freeBytes()) < bytes * 2) return false;
      inPlace = await fill(disk, bytes).catch(() => false);
      if (!inPlace) await disk.remove(RESERVE_FILE).catch(() => undefined);
      return inPlace;
    },
    release: async () => {
      if (!inPlace) return false;
      inPlace = false;
      await disk.remove(RESERVE_FILE);
      return true;
    },
  };
}

async function isFilled(disk: Disk, bytes: number): Promise<boolean> {
  const names = await disk.list();
  return names.includes(RESERVE_FILE) && (await disk.size(RESERVE_FILE)) === bytes;
}

async function fill(disk: Disk, bytes: number): Promise<boolean> {
  const file = await disk.open(RESERVE_FILE);
  try {
    const zeros = Buffer.alloc(Math.min(bytes, CHUNK));
    for (let at = 0; at < bytes; at += zeros.length) {
      await writeFully(file, zeros.subarray(0, Math.min(zeros.length, bytes - at)), at);
    }
    await file.truncate(bytes);
    await file.sync();
    return true;
  } finally {
    await file.close();
  }
}
