import type { ReputationFilter } from "@breakwater/protocol";

/** A filter to start from, with the lowest number that is free. */
export function newFilter(others: readonly ReputationFilter[]): ReputationFilter {
  const taken = new Set(others.map((filter) => filter.number));
  let number = 1;
  while (taken.has(number)) number += 1;
  return {
    number,
    name: "",
    state: "enabled",
    locked: false,
    actionSet: { name: "Block + Notify", flow: "block", notify: true, packetTrace: false },
    types: { ipv4: true, ipv6: true, dns: true, url: true, fileHash: true },
    untaggedEntries: false,
    taggedEntries: true,
    criteria: [],
  };
}

/** The list with the item at `index` moved by `by` places. */
export function moved<T>(items: readonly T[], index: number, by: number): T[] {
  const rest = [...items];
  const [item] = rest.splice(index, 1);
  if (item !== undefined) rest.splice(index + by, 0, item);
  return rest;
}
