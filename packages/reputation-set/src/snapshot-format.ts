import { AppError, SetChecksum, SetId, type SetPosition } from "@breakwater/protocol";

/*
 * A whole set as bytes, little-endian; compression is up to the transport.
 *
 *   magic "BWSET\r\n" 0x01 (8)   set id (16)   version u64   count u64   checksum (16)
 *   blocks: type u8 | members u32 | key bytes u32 | keys | filter numbers u16[]
 *   end:    0xff    | 0           | 0
 *
 * Blocks come in type order, keys in byte order, each once. Keys of fixed length stand one after
 * the other; text keys are front-coded: shared bytes u8 | more bytes u16 | those bytes.
 */
export const MAGIC = Buffer.from("BWSET\r\n\x01", "latin1");
export const HEADER_BYTES = 56;
export const BLOCK_HEADER_BYTES = 9;
export const END_OF_BLOCKS = 0xff;
export const MAX_BLOCK_MEMBERS = 4096;
export const MAX_BLOCK_KEY_BYTES = 1 << 20;

export function encodeHeader(position: SetPosition): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  Buffer.from(position.set.replaceAll("-", ""), "hex").copy(header, 8);
  header.writeBigUInt64LE(BigInt(position.version), 24);
  header.writeBigUInt64LE(BigInt(position.count), 32);
  Buffer.from(position.checksum, "hex").copy(header, 40);
  return header;
}

export function decodeHeader(bytes: Buffer): SetPosition {
  if (!bytes.subarray(0, 5).equals(MAGIC.subarray(0, 5))) throw damaged("it does not start as one");
  if (!bytes.subarray(0, 8).equals(MAGIC)) throw damaged("its format version is not known here");
  const set = SetId.safeParse(uuidOf(bytes.subarray(8, 24)));
  const version = Number(bytes.readBigUInt64LE(24));
  const count = Number(bytes.readBigUInt64LE(32));
  if (!set.success || !Number.isSafeInteger(version) || !Number.isSafeInteger(count)) {
    throw damaged("its header makes no sense");
  }
  const checksum = SetChecksum.parse(bytes.subarray(40, 56).toString("hex"));
  return { set: set.data, version, checksum, count };
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function endOfBlocks(): Buffer {
  const end = Buffer.alloc(BLOCK_HEADER_BYTES);
  end[0] = END_OF_BLOCKS;
  return end;
}

export function damaged(reason: string): AppError {
  return new AppError(
    "Unprocessable",
    `The reputation snapshot cannot be used: ${reason}. Fetch it again.`,
  );
}
