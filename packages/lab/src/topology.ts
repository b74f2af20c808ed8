import { type DeviceAddresses, deviceAddresses, isIpv6 } from "./lab-addresses.ts";
import type { LabNames } from "./lab-names.ts";
import { runCommand, runOrThrow } from "./run-command.ts";

/** Creates one namespace with its loopback up and nothing that talks by itself. */
export async function createNamespace(name: string): Promise<void> {
  await runOrThrow("ip", ["netns", "add", name]);
  await runIp(name, [["link", "set", "lo", "up"]]);
  await setSysctl(name, [
    "net.ipv6.conf.all.accept_ra=0",
    "net.ipv6.conf.default.accept_ra=0",
    "net.ipv6.conf.default.accept_dad=0",
  ]);
}

/**
 * The wire of one device: client ═ a │ IPS │ b ═ server. The two inner interfaces
 * carry no traffic of their own; only an inline engine connects them.
 */
export async function connectDevice(names: LabNames, number: number): Promise<void> {
  const end = (place: keyof typeof HARDWARE, namespace: string): LinkEnd => ({
    namespace,
    name: names.link(place, number),
    hardware: hardwareAddress(place, number),
  });
  const ends = {
    client: end("client", names.client),
    a: end("a", names.device(number)),
    b: end("b", names.device(number)),
    server: end("server", names.server),
  };
  await addVethPair(ends.client, ends.a);
  await addVethPair(ends.server, ends.b);
  for (const { namespace, name } of Object.values(ends)) {
    await turnOffOffloads(namespace, name);
    await runIp(namespace, [["link", "set", name, "addrgenmode", "none", "up"]]);
  }
  await runIp(names.client, clientCommands(number, ends.client.name));
  await runIp(names.server, serverCommands(number, ends.server.name));
  await runIp(ends.a.namespace, resetCommands(number, ends.a.name, ends.b.name));
}

type LinkEnd = { namespace: string; name: string; hardware: string };

const HARDWARE = { client: 1, a: 2, b: 3, server: 4 } as const;

/** Locally administered, and known beforehand, so that neighbours need not be discovered. */
function hardwareAddress(place: keyof typeof HARDWARE, number: number): string {
  return `02:b7:00:00:${number.toString(16).padStart(2, "0")}:0${HARDWARE[place]}`;
}

function addVethPair(left: LinkEnd, right: LinkEnd): Promise<string> {
  const peer = ["peer", "name", right.name, "address", right.hardware, "netns", right.namespace];
  const own = ["name", left.name, "address", left.hardware, "type", "veth"];
  return runOrThrow("ip", ["-n", left.namespace, "link", "add", ...own, ...peer]);
}

/** AF_PACKET copies frames as they are: no merged segments, no checksum left for the card. */
function turnOffOffloads(namespace: string, name: string): Promise<string> {
  const off = ["tso", "gso", "gro", "rx", "tx"].flatMap((feature) => [feature, "off"]);
  return runOrThrow("ip", ["netns", "exec", namespace, "ethtool", "-K", name, ...off]);
}

function clientCommands(number: number, link: string): string[][] {
  const { client, server, routed } = deviceAddresses(number);
  return [
    addAddress(`${client.v4}/24`, link),
    addAddress(`${client.v6}/64`, link),
    ...[...server.v4, ...server.v6].map((address) => neighbour(address, "server", number, link)),
    ...routedThrough(server, routed, link),
  ];
}

function serverCommands(number: number, link: string): string[][] {
  const { client, server, routed } = deviceAddresses(number);
  return [
    ...server.v4.map((address) => addAddress(`${address}/24`, link)),
    ...server.v6.map((address) => addAddress(`${address}/64`, link)),
    ...[client.v4, client.v6].map((address) => neighbour(address, "client", number, link)),
    ...routed.map((network) => ["route", "add", "local", network, "dev", "lo"]),
  ];
}

/** `reject` sends its resets through the IP stack, which needs a source address and a way to both sides. */
function resetCommands(number: number, a: string, b: string): string[][] {
  const { client, server, device, subnet, routed } = deviceAddresses(number);
  return [
    addAddress(`${device.v4}/32`, a),
    addAddress(`${device.v6}/128`, a),
    ["route", "add", `${client.v4}/32`, "dev", a],
    ["route", "add", `${client.v6}/128`, "dev", a],
    ["route", "add", subnet.v4, "dev", b],
    ["route", "add", subnet.v6, "dev", b],
    ...[client.v4, client.v6].map((address) => neighbour(address, "client", number, a)),
    ...[...server.v4, ...server.v6].map((address) => neighbour(address, "server", number, b)),
    ...routedThrough(server, routed, b),
  ];
}

function routedThrough(
  server: DeviceAddresses["server"],
  networks: readonly string[],
  link: string,
): string[][] {
  return networks.map((network) => {
    const gateway = firstOf(isIpv6(network) ? server.v6 : server.v4);
    return ["route", "add", network, "via", gateway, "dev", link];
  });
}

/**
 * Neighbours are fixed: their discovery would lose the first reset, and over IPv6 it does not even
 * begin for a packet with a foreign source, such as the answers from the routed networks. Those
 * would pass until the neighbour's entry ages, and then no more.
 */
function neighbour(
  address: string,
  place: "client" | "server",
  number: number,
  link: string,
): string[] {
  const hardware = ["lladdr", hardwareAddress(place, number), "nud", "permanent"];
  return ["neighbour", "replace", address, ...hardware, "dev", link];
}

function addAddress(address: string, link: string): string[] {
  const noDetection = isIpv6(address) ? ["nodad"] : [];
  return ["address", "add", address, "dev", link, ...noDetection];
}

/** All commands in one `ip -batch`: starting a program per address would dominate the time. */
async function runIp(namespace: string, commands: readonly string[][]): Promise<void> {
  const input = `${commands.map((command) => command.join(" ")).join("\n")}\n`;
  await runOrThrow("ip", ["-n", namespace, "-batch", "-"], { input });
}

/** Best effort: a kernel without IPv6 has nothing to quieten. */
async function setSysctl(namespace: string, settings: readonly string[]): Promise<void> {
  await runCommand("ip", ["netns", "exec", namespace, "sysctl", "-qw", ...settings]);
}

function firstOf(addresses: readonly string[]): string {
  const [first] = addresses;
  if (first === undefined) throw new Error("a device has at least one server address");
  return first;
}
