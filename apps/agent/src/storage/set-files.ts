import type { SetId } from "@breakwater/protocol";
import { type Disk, writeFully } from "@breakwater/spool";

const READ_BYTES = 1 << 20;
/** `SET.GENERATION.KIND` */
export const NAME = /^([0-9a-f-]{36})\.(\d{8})\.(snapshot|journal)$/;

export function fileName(set: SetId, generation: number, kind: "snapshot" | "journal"): string {
  return `${set}.${String(generation).padStart(8, "0")}.${kind}`;
}

export async function writeParts(
  disk: Disk,
  name: string,
  parts: AsyncIterable<Buffer>,
): Promise<void> {
  const file = await disk.open(name);
  try {
    await file.truncate(0);
    let at = 0;
    for await (const part of parts) {
      await writeFully(file, part, at);
      at += part.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function* readParts(
  disk: Disk,
  name: string,
  length = READ_BYTES,
): AsyncGenerator<Buffer> {
  const size = await disk.size(name);
  for (let at = 0; at < size; at += length) {
    yield await disk.read(name, at, Math.min(length, size - at));
  }
}

/** Complete lines and where each ends; a torn last one is left out. */
export async function* readLines(
  disk: Disk,
  name: string,
): AsyncGenerator<{ line: string; end: number }> {
  if (!(await disk.list()).includes(name)) return;
  let rest = Buffer.alloc(0);
  let end = 0;
  for await (const part of readParts(disk, name)) {
    rest = Buffer.concat([rest, part]);
    for (let at = rest.indexOf(0x0a); at >= 0; at = rest.indexOf(0x0a)) {
      end += at + 1;
      yield { line: rest.toString("utf8", 0, at), end };
      rest = rest.subarray(at + 1);
    }
  }
}
