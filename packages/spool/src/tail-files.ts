import { createHash } from "node:crypto";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { SourcePosition } from "./source-position.ts";

const FINGERPRINT_BYTES = 1024;

export type SourceFile = {
  readonly path: string;
  readonly handle: FileHandle;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: number;
  readonly mtimeNs: bigint;
};

export async function openSource(path: string): Promise<SourceFile | undefined> {
  const handle = await open(path, "r").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  const stat = await handle.stat({ bigint: true });
  if (stat.isFile()) {
    return {
      path,
      handle,
      dev: stat.dev,
      ino: stat.ino,
      size: Number(stat.size),
      mtimeNs: stat.mtimeNs,
    };
  }
  await handle.close();
  return undefined;
}

/** The followed file and its rotated predecessors (`name`, `name.1`, `name-2026…`), oldest first. */
export async function openSources(path: string): Promise<SourceFile[]> {
  const directory = dirname(path);
  const base = basename(path);
  const names = (await readdir(directory).catch(() => [])).filter((name) =>
    isSourceName(name, base),
  );
  const opened = await Promise.all(names.map((name) => openSource(join(directory, name))));
  const files = opened.filter((file) => file !== undefined);
  return files.sort((a, b) => byAge(a, b, path));
}

function isSourceName(name: string, base: string): boolean {
  const rest = name.slice(base.length);
  return name.startsWith(base) && !rest.endsWith(".gz") && (rest === "" || /^[.-]\d/.test(rest));
}

/** File times are coarse: of two written in one tick, the higher number came later (10 after 9). */
const byNumber = new Intl.Collator("en", { numeric: true });

/** The one that is still written is the newest, whatever its time says. */
function byAge(a: SourceFile, b: SourceFile, current: string): number {
  if (a.path === current || b.path === current) return a.path === current ? 1 : -1;
  if (a.mtimeNs !== b.mtimeNs) return a.mtimeNs < b.mtimeNs ? -1 : 1;
  return byNumber.compare(a.path, b.path);
}

/** First 64 bits of the SHA-256 of the file's first bytes. */
export function fingerprintOf(head: Buffer): bigint {
  return createHash("sha256").update(head).digest().readBigUInt64LE(0);
}

export function fingerprintLength(offset: number): number {
  return Math.min(FINGERPRINT_BYTES, offset);
}

export async function readHead(handle: FileHandle, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, 0);
  return bytes.subarray(0, bytesRead);
}

/** Whether the position was taken in this very file: same inode, same first bytes. */
export async function holdsPosition(file: SourceFile, position: SourcePosition): Promise<boolean> {
  if (file.dev !== position.dev || file.ino !== position.ino) return false;
  if (file.size < position.offset) return false;
  const head = await readHead(file.handle, position.fingerprintLength);
  return head.length === position.fingerprintLength && fingerprintOf(head) === position.fingerprint;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
