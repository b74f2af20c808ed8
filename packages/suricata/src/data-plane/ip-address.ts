import { isIPv4, isIPv6 } from "node:net";

/** An address as 4 or 16 bytes, or undefined when the text is not one. Zones are not accepted. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split(".").map(Number));
  if (!isIPv6(text) || text.includes("%")) return undefined;
  return parseIpv6(text);
}

function parseIpv6(text: string): Uint8Array {
  const [left = "", right] = withHexTail(text).split("::");
  const head = groupsOf(left);
  const tail = right === undefined ? [] : groupsOf(right);
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  const groups = right === undefined ? head : [...head, ...gap, ...tail];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** `::ffff:1.2.3.4` with its last 32 bits as two groups. */
function withHexTail(text: string): string {
  const start = text.lastIndexOf(":") + 1;
  if (!text.includes(".")) return text;
  const [a = 0, b = 0, c = 0, d = 0] = text.slice(start).split(".").map(Number);
  return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function groupsOf(part: string): number[] {
  return part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
}

/** Four decimal numbers, or eight hexadecimal groups without shortening; both are read by the engine. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  return groups.join(":");
}
