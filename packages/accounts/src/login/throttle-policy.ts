import { isIPv6 } from "node:net";

/** How many failures are free, and how long the delay grows. Never a lock-out: others could cause it. */
type Policy = { free: number; longestMs: number; forgetAfterMs: number };

const MINUTE = 60_000;
export const THROTTLE_POLICY = {
  account: { free: 5, longestMs: MINUTE, forgetAfterMs: 24 * 60 * MINUTE },
  source: { free: 20, longestMs: 15 * MINUTE, forgetAfterMs: 24 * 60 * MINUTE },
} as const satisfies Record<string, Policy>;

export type ThrottleKind = keyof typeof THROTTLE_POLICY;

/** Delay in ms after this many failures in a row: 1 s, 2 s, 4 s, ... after the free ones. */
export function delayAfter(kind: ThrottleKind, failures: number): number {
  const { free, longestMs } = THROTTLE_POLICY[kind];
  return failures <= free ? 0 : Math.min(1_000 * 2 ** (failures - free - 1), longestMs);
}

/** What counts as one source: an IPv4 address, or an IPv6 network of 64 bits, as one owner has them all. */
export function sourceNetwork(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [plain = ""] = address.split("%");
  if (!isIPv6(plain)) return address;
  const [head = "", tail] = plain.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array.from({ length: zeros }, () => "0"), ...last];
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}
