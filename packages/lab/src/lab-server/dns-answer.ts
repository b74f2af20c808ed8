const HEADER_BYTES = 12;
const TYPE = { A: 1, AAAA: 28 } as const;
const CLASS_IN = 1;
const TTL_SECONDS = 60;

export type DnsAddresses = { v4: string; v6: string };

/**
 * The reply to one query (RFC 1035): every name exists; A and AAAA get the given
 * addresses, other types an empty answer. Undefined for what is not a query.
 */
export function answerDnsQuery(query: Buffer, addresses: DnsAddresses): Buffer | undefined {
  const question = readQuestion(query);
  if (question === undefined) return undefined;
  const data = recordData(question.type, addresses);
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  // QR, AA, RA; RD copied from the query.
  header.writeUInt16BE(0x8480 | (query.readUInt16BE(2) & 0x0100), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(data === undefined ? 0 : 1, 6);
  const answer = data === undefined ? [] : [answerRecord(question.type, data)];
  return Buffer.concat([header, question.bytes, ...answer]);
}

function readQuestion(query: Buffer): { bytes: Buffer; type: number } | undefined {
  if (query.length < HEADER_BYTES + 5 || query.readUInt16BE(4) !== 1) return undefined;
  let end = HEADER_BYTES;
  for (let length = query[end]; length !== 0; length = query[end]) {
    if (length === undefined || length > 63) return undefined;
    end += length + 1;
  }
  end += 5;
  if (end > query.length) return undefined;
  return { bytes: query.subarray(HEADER_BYTES, end), type: query.readUInt16BE(end - 4) };
}

function recordData(type: number, { v4, v6 }: DnsAddresses): Buffer | undefined {
  if (type === TYPE.A) return Buffer.from(v4.split(".").map(Number));
  if (type === TYPE.AAAA) return ipv6Bytes(v6);
  return undefined;
}

function answerRecord(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(CLASS_IN, 4);
  head.writeUInt32BE(TTL_SECONDS, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

/** Expects at most one `::` and no embedded IPv4, as the lab's own addresses are. */
function ipv6Bytes(address: string): Buffer {
  const [left = "", right = ""] = address.split("::");
  const groups = (part: string) => part.split(":").filter((group) => group !== "");
  const [head, tail] = [groups(left), groups(right)];
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...head, ...gap, ...tail].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  }
  return bytes;
}
