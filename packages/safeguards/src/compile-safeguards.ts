import {
  type EntryType,
  SAFEGUARD_LISTS,
  type SafeguardList,
  type SafeguardSettings,
} from "@breakwater/protocol";
import { CoverIndex } from "@breakwater/reputation-set";
import { checkName } from "./check-name.ts";
import { checkWidth } from "./check-width.ts";
import { type ItemList, type ProtectedItem, protectedKeys } from "./protected-items.ts";
import { RELEASE, type Safeguard } from "./safeguard.ts";
import { readShippedList, SHIPPED_LISTS } from "./shipped-lists.ts";

/** Why an entry (canonical) must not go to devices; undefined: nothing is against it. */
export type CheckEntry = (type: EntryType, value: string) => Safeguard | undefined;

/**
 * The safeguards of some settings, ready to be put to a million entries. An entry is held when it is
 * too wide, a suffix under which anybody can have a name, or when it is or covers a listed item;
 * inside private, special, own and added networks and names everything is held.
 */
export function compileSafeguards(settings: SafeguardSettings): CheckEntry {
  const keys = protectedKeys(settings);
  const items = new CoverIndex(keys);
  const enclosing = new CoverIndex(keys.filter(({ item }) => item.inside));
  return (type, value) => {
    const early = checkWidth(settings, type, value) ?? checkName(settings, type, value);
    if (early !== undefined) return early;
    const covered = items.covered(type, value);
    const [first] = covered;
    if (first !== undefined)
      return explain(covered.find((item) => item.value === value) ?? first, value);
    const [around] = enclosing.covering(type, value);
    return around === undefined ? undefined : explain(around, value, "lies inside");
  };
}

/** How many items each list has, whether it is switched on or not; rules count as none. */
export function countItems(settings: SafeguardSettings): Record<SafeguardList, number> {
  const counts = new Map<SafeguardList, number>(
    SHIPPED_LISTS.map((list) => [list, readShippedList(list).length]),
  );
  counts.set("own", settings.own.length).set("additions", settings.additions.length);
  const entries = SAFEGUARD_LISTS.map((list) => [list, counts.get(list) ?? 0] as const);
  return Object.fromEntries(entries) as Record<SafeguardList, number>;
}

function explain(item: ProtectedItem, entry: string, relation = "covers"): Safeguard {
  const note = item.note === "" ? "" : ` (${item.note})`;
  const subject = item.value === entry ? "It is" : `It ${relation} ${item.value},`;
  return { code: item.list, reason: `${subject} ${titleOf(item.list)}${note}`, remedy: RELEASE };
}

function titleOf(list: ItemList): string {
  switch (list) {
    case "own":
      return "one of your own networks and names";
    case "additions":
      return "on your list of what is never blocked";
    case "private-networks":
      return "a private network";
    case "special-networks":
      return "a network with a special use";
    case "public-resolvers":
      return "a public resolver";
    case "dns-servers":
      return "a name server of the root or of a top-level domain";
    case "infrastructure-hosts":
      return "a host that certificates, clocks or updates depend on";
    case "well-known-sites":
      return "a well-known site";
  }
}
