/**
 * Commands (program and arguments) that make a pair of interfaces fit to be copied
 * frame by frame: segmentation, merging and checksum offload off, both links up.
 */
export function inlinePairCommands(interfaces: readonly [string, string]): string[][] {
  const off = ["tso", "gso", "gro", "rx", "tx"].flatMap((feature) => [feature, "off"]);
  return interfaces.flatMap((name) => [
    ["ethtool", "-K", name, ...off],
    ["ip", "link", "set", name, "up"],
  ]);
}
