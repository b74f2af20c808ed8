import type { EntryType, SafeguardSettings } from "@breakwater/protocol";
import type { CoverKey } from "@breakwater/reputation-set";
import { type ProtectedKey, parseProtected } from "./protected-value.ts";
import { readShippedList, SHIPPED_LISTS, type ShippedList } from "./shipped-lists.ts";

export type ItemList = "own" | "additions" | ShippedList;

/** Something on a list. */
export type ProtectedItem = {
  readonly list: ItemList;
  readonly value: string;
  readonly note: string;
  /** Whether everything inside it is protected too. */
  readonly inside: boolean;
};

export type ItemKey = CoverKey<ProtectedItem>;

/** The keys of every list that is switched on: an entry that covers one of them is held. */
export function protectedKeys(settings: SafeguardSettings): ItemKey[] {
  const own = ["own", "additions"] as const;
  return [
    ...own.flatMap((list) => settings[list].flatMap((value) => ownKeys(list, value))),
    ...SHIPPED_LISTS.flatMap((list) => readShippedList(list).flatMap((one) => keysOf(list, one))),
  ].filter(({ item }) => settings.lists[item.list]);
}

function ownKeys(
  list: "own" | "additions",
  value: SafeguardSettings["own"][number],
): readonly ItemKey[] {
  const parsed = parseProtected(value);
  return parsed.ok ? [keyOf(parsed.value, { list, inside: true })] : [];
}

function keysOf(list: ShippedList, one: ProtectedKey): ItemKey[] {
  switch (list) {
    case "private-networks":
    case "special-networks":
      return [keyOf(one, { list, inside: true })];
    case "public-resolvers":
    case "dns-servers":
    case "infrastructure-hosts":
      return one.type === "domain"
        ? hostKeys([one.value], one, list)
        : [keyOf(one, { list, inside: false })];
    case "well-known-sites":
      return hostKeys([one.value, `www.${one.value}`], one, list);
  }
}

/** Of a host its name and its home page, not what is below them: that may well be blocked. */
function hostKeys(hosts: readonly string[], { note }: ProtectedKey, list: ItemList): ItemKey[] {
  return hosts.flatMap((host): ItemKey[] => {
    const item = { list, value: host, note, inside: false };
    return [
      { type: "domain-exact", value: host, item },
      { type: "url", value: `${host}/`, item },
    ];
  });
}

function keyOf(
  { type, value, note }: { type: EntryType; value: string; note: string },
  use: Pick<ProtectedItem, "list" | "inside">,
): ItemKey {
  return { type, value, item: { ...use, value, note } };
}
