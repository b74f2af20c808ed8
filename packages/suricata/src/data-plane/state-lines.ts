/**
 * Writes a value into `target` from `at` on, in the spelling of a state file and without line feed;
 * returns where it ends. The value is `length` bytes of `bytes` from `start`.
 */
export type PutValue = (
  target: Uint8Array,
  at: number,
  bytes: Uint8Array,
  start: number,
  length: number,
) => number;

const [ZERO, DOT, COLON, PADDING] = [0x30, 0x2e, 0x3a, 0x3d] as const;
const HEX = Buffer.from("0123456789abcdef", "latin1");
const BASE64 = Buffer.from(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
  "latin1",
);

/** An address of 4 or 16 bytes; IPv6 as eight groups without shortening. */
export const putAddress: PutValue = (target, at, bytes, start, length) =>
  length === 4 ? putIpv4(target, at, bytes, start) : putIpv6(target, at, bytes, start);

/** Text as base64, as sets of type `string` are written. */
export const putBase64: PutValue = (target, at, bytes, start, length) => {
  const end = start + length;
  let to = at;
  for (let from = start; from < end; from += 3) {
    const group =
      ((bytes[from] ?? 0) << 16) |
      ((from + 1 < end ? (bytes[from + 1] ?? 0) : 0) << 8) |
      (from + 2 < end ? (bytes[from + 2] ?? 0) : 0);
    target[to] = BASE64[group >> 18] ?? 0;
    target[to + 1] = BASE64[(group >> 12) & 63] ?? 0;
    target[to + 2] = from + 1 < end ? (BASE64[(group >> 6) & 63] ?? 0) : PADDING;
    target[to + 3] = from + 2 < end ? (BASE64[group & 63] ?? 0) : PADDING;
    to += 4;
  }
  return to;
};

/** Whether the live sets can hold an address: see `addressHome`. */
export function isLiveAddress(bytes: Uint8Array, start: number, length: number): boolean {
  if (length === 4) return true;
  for (let i = start + 4; i < start + 16; i += 1) if (bytes[i] !== 0) return true;
  return false;
}

function putIpv4(target: Uint8Array, at: number, bytes: Uint8Array, start: number): number {
  let to = at;
  for (let i = start; i < start + 4; i += 1) {
    const byte = bytes[i] ?? 0;
    if (i > start) target[to++] = DOT;
    if (byte >= 100) target[to++] = ZERO + Math.trunc(byte / 100);
    if (byte >= 10) target[to++] = ZERO + (Math.trunc(byte / 10) % 10);
    target[to++] = ZERO + (byte % 10);
  }
  return to;
}

function putIpv6(target: Uint8Array, at: number, bytes: Uint8Array, start: number): number {
  let to = at;
  for (let i = start; i < start + 16; i += 1) {
    const byte = bytes[i] ?? 0;
    if (i > start && (i - start) % 2 === 0) target[to++] = COLON;
    target[to++] = HEX[byte >> 4] ?? 0;
    target[to++] = HEX[byte & 15] ?? 0;
  }
  return to;
}
