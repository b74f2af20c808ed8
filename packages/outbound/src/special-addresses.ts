import { BlockList, isIP } from "node:net";

/**
 * Everything that is not the public internet (IANA special-purpose registries): this host, private,
 * carrier, link-local, documentation, benchmark, multicast and reserved ranges, and IPv6 ranges in
 * which an IPv4 address can hide.
 */
const RANGES: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  // Unspecified, loopback, IPv4-compatible.
  ["::", 96],
  // IPv4-translated; IPv4-mapped is looked at apart.
  ["::ffff:0:0:0", 96],
  // NAT64, well-known and local.
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  // Protocol assignments with Teredo, documentation.
  ["2001::", 23],
  ["2001:db8::", 32],
  ["3fff::", 20],
  // 6to4.
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
];

const special = new BlockList();
for (const [address, prefix] of RANGES) {
  special.addSubnet(address, prefix, address.includes(":") ? "ipv6" : "ipv4");
}

/** Whether an IP address is anything but a public one. What is no address counts as special. */
export function isSpecialAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return special.check(address, "ipv4");
    case 6:
      return special.check(address, "ipv6") || isMapped(address);
    default:
      return true;
  }
}

/**
 * Nobody needs `::ffff:a.b.c.d` to name a public server. `BlockList` looks at such an address as at
 * IPv4, so a rule for all of them would cover IPv4 too.
 */
function isMapped(address: string): boolean {
  return new URL(`http://[${address.replace(/%.*$/, "")}]`).hostname.startsWith("[::ffff:");
}
