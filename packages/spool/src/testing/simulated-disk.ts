import type { Disk, DiskFile } from "../disk.ts";

type Change = { at: number; bytes: Buffer } | { truncate: number };
type Inode = { now: Buffer; synced: Buffer; pending: Change[] };
type Rename = { kind: "set"; name: string; inode: Inode } | { kind: "delete"; name: string };

export class PowerCut extends Error {}

/**
 * A disk that forgets: after `crash` each file holds its synced bytes and some prefix of what came
 * later, and the directory holds its synced names and some prefix of later changes.
 */
export class SimulatedDisk implements Disk {
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #pendingNames: Rename[] = [];
  /** Operations until the power goes. */
  powerFor = Number.POSITIVE_INFINITY;
  /** Bytes that still fit. */
  space = Number.POSITIVE_INFINITY;
  /** The next fsync fails: its writes are gone after a crash, or nobody knows. */
  nextSync: "lost" | "unknown" | undefined;

  #tick(): void {
    this.powerFor -= 1;
    if (this.powerFor < 0) throw new PowerCut("power cut");
  }

  crash(random: () => number): void {
    const survivingNames = Math.floor(random() * (this.#pendingNames.length + 1));
    for (const change of this.#pendingNames.slice(0, survivingNames))
      apply(this.#durableNames, change);
    this.#pendingNames = [];
    this.#names = new Map(this.#durableNames);
    for (const inode of new Set(this.#names.values())) settle(inode, random);
    this.powerFor = Number.POSITIVE_INFINITY;
  }

  flipByte(name: string, at: number): void {
    const inode = this.#names.get(name);
    if (inode === undefined || inode.now.length === 0) return;
    const index = at % inode.now.length;
    inode.now[index] = (inode.now[index] ?? 0) ^ 0x55;
    inode.synced = Buffer.from(inode.now);
  }

  async list(): Promise<string[]> {
    this.#tick();
    return [...this.#names.keys()];
  }

  async size(name: string): Promise<number> {
    return this.#inode(name).now.length;
  }

  async read(name: string, at: number, length: number): Promise<Buffer> {
    this.#tick();
    return Buffer.from(this.#inode(name).now.subarray(at, at + length));
  }

  async open(name: string): Promise<DiskFile> {
    this.#tick();
    let inode = this.#names.get(name);
    if (inode === undefined) {
      inode = { now: Buffer.alloc(0), synced: Buffer.alloc(0), pending: [] };
      this.#change({ kind: "set", name, inode });
    }
    return this.#file(inode);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#tick();
    const inode = this.#inode(from);
    this.#change({ kind: "set", name: to, inode });
    this.#change({ kind: "delete", name: from });
  }

  async remove(name: string): Promise<void> {
    this.#tick();
    this.#change({ kind: "delete", name });
  }

  async syncDirectory(): Promise<void> {
    this.#tick();
    this.#durableNames = new Map(this.#names);
    this.#pendingNames = [];
  }

  async freeBytes(): Promise<number> {
    return this.space;
  }

  #inode(name: string): Inode {
    const inode = this.#names.get(name);
    if (inode === undefined) throw Object.assign(new Error(`no file ${name}`), { code: "ENOENT" });
    return inode;
  }

  #change(change: Rename): void {
    apply(this.#names, change);
    this.#pendingNames.push(change);
  }

  #file(inode: Inode): DiskFile {
    return {
      write: async (bytes, at) => {
        this.#tick();
        const fits = Math.min(bytes.length, this.space);
        if (fits <= 0) throw Object.assign(new Error("disk full"), { code: "ENOSPC" });
        this.space -= fits;
        record(inode, { at, bytes: Buffer.from(bytes.subarray(0, fits)) });
        return fits;
      },
      truncate: async (length) => {
        this.#tick();
        record(inode, { truncate: length });
      },
      sync: async () => {
        this.#tick();
        const outcome = this.nextSync;
        this.nextSync = undefined;
        if (outcome !== "unknown") inode.pending = [];
        if (outcome !== undefined)
          throw Object.assign(new Error("input/output error"), { code: "EIO" });
        inode.synced = Buffer.from(inode.now);
      },
      close: async () => undefined,
    };
  }
}

function record(inode: Inode, change: Change): void {
  inode.now = changed(inode.now, change);
  inode.pending.push(change);
}

function changed(bytes: Buffer, change: Change): Buffer {
  if ("truncate" in change) {
    const next = Buffer.alloc(change.truncate);
    bytes.copy(next);
    return next;
  }
  const next = Buffer.alloc(Math.max(bytes.length, change.at + change.bytes.length));
  bytes.copy(next);
  change.bytes.copy(next, change.at);
  return next;
}

function apply(names: Map<string, Inode>, change: Rename): void {
  if (change.kind === "set") names.set(change.name, change.inode);
  else names.delete(change.name);
}

function settle(inode: Inode, random: () => number): void {
  let bytes = inode.synced;
  const survivors = Math.floor(random() * (inode.pending.length + 1));
  for (const change of inode.pending.slice(0, survivors)) bytes = changed(bytes, change);
  const torn = inode.pending[survivors];
  if (torn !== undefined && "bytes" in torn) {
    const kept = torn.bytes.subarray(0, Math.floor(random() * torn.bytes.length));
    if (kept.length > 0) bytes = changed(bytes, { at: torn.at, bytes: kept });
  }
  inode.now = Buffer.from(bytes);
  inode.synced = Buffer.from(bytes);
  inode.pending = [];
}
