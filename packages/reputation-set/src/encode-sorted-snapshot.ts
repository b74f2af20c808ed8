import type { FileHandle } from "node:fs/promises";
import type { SetId, SetMember, SetPosition } from "@breakwater/protocol";
import { SnapshotBuilder } from "./snapshot-builder.ts";
import { encodeHeader, HEADER_BYTES } from "./snapshot-format.ts";

/**
 * Writes a snapshot into an empty file, from pages of members in the order that `SnapshotBuilder`
 * asks for. The header comes last: until then the file is no snapshot.
 * @returns where the set stands: `version`, with the count and checksum of the members given
 */
export async function encodeSortedSnapshot(
  file: FileHandle,
  set: SetId,
  version: number,
  pages: AsyncIterable<Iterable<SetMember>> | Iterable<Iterable<SetMember>>,
): Promise<SetPosition> {
  const builder = new SnapshotBuilder();
  let at = HEADER_BYTES;
  const write = async (blocks: Iterable<Buffer>) => {
    for (const block of blocks) at += await writeAll(file, block, at);
  };
  for await (const page of pages) await write(builder.add(page));
  await write(builder.end());
  const position = { set, version, checksum: builder.checksum, count: builder.count };
  await writeAll(file, encodeHeader(position), 0);
  return position;
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<number> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
  return bytes.length;
}
