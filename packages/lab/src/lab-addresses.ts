/** Hosts 2 to 9 of a device's subnet are addresses of the server. */
const SERVER_HOSTS = [2, 3, 4, 5, 6, 7, 8, 9] as const;

/** Networks for documentation; in the lab they lie behind device 1 and every address answers. */
const DOCUMENTATION_NETWORKS = ["198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"] as const;

export type DeviceAddresses = {
  client: { v4: string; v6: string };
  /** Addresses of the server on the device's own subnet; DNS listens on these. */
  server: { v4: readonly string[]; v6: readonly string[] };
  /** The device's own, used only as the source of resets. */
  device: { v4: string; v6: string };
  subnet: { v4: string; v6: string };
  /** Routed networks behind the device: each address in them answers HTTP and HTTPS. */
  routed: readonly string[];
};

/** The addresses of device `number` (from 1): 10.9.n.0/24 and fd00:9:n::/64 on the wire. */
export function deviceAddresses(number: number): DeviceAddresses {
  const v4 = (host: number) => `10.9.${number}.${host}`;
  const v6 = (host: number) => `fd00:9:${number}::${host}`;
  return {
    client: { v4: v4(1), v6: v6(1) },
    server: { v4: SERVER_HOSTS.map(v4), v6: SERVER_HOSTS.map(v6) },
    device: { v4: v4(250), v6: v6(250) },
    subnet: { v4: `10.9.${number}.0/24`, v6: `fd00:9:${number}::/64` },
    routed: [
      `10.${100 + number}.0.0/16`,
      `fd00:${100 + number}::/32`,
      ...(number === 1 ? DOCUMENTATION_NETWORKS : []),
    ],
  };
}

export function isIpv6(address: string): boolean {
  return address.includes(":");
}
