import { BlockList, isIP } from "node:net";

/**
 * Whether a host is reached without the proxy. `*.corp.example` stands for the names below it,
 * `.corp.example` for the name itself too, `*` for all; ranges and addresses hold for hosts that are
 * given as addresses, because nobody else but the proxy resolves names.
 */
export function isExcluded(host: string, exclusions: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return exclusions.some((exclusion) => matches(name, exclusion.trim().toLowerCase()));
}

function matches(name: string, exclusion: string): boolean {
  if (exclusion === "" || exclusion === "*") return exclusion === "*";
  if (isIP(name) !== 0) return inRange(name, exclusion);
  if (exclusion.startsWith("*.")) return name.endsWith(exclusion.slice(1));
  if (exclusion.startsWith(".")) return name.endsWith(exclusion) || name === exclusion.slice(1);
  return name === exclusion;
}

function inRange(address: string, exclusion: string): boolean {
  const [, network = "", prefix] = /^\[?([0-9a-f:.]+)\]?(?:\/(\d{1,3}))?$/.exec(exclusion) ?? [];
  const family = isIP(network);
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  if (family === 0 || family !== isIP(address) || length > bits) return false;
  const range = new BlockList();
  range.addSubnet(network, length, family === 4 ? "ipv4" : "ipv6");
  return range.check(address, family === 4 ? "ipv4" : "ipv6");
}
