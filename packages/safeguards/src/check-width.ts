import type { EntryType, SafeguardSettings } from "@breakwater/protocol";
import type { Safeguard } from "./safeguard.ts";

/** Ranges that are wider than allowed. */
export function checkWidth(
  { lists, widestRange }: SafeguardSettings,
  type: EntryType,
  value: string,
): Safeguard | undefined {
  if (type !== "cidr" || !lists["wide-ranges"]) return undefined;
  const widest = value.includes(":") ? widestRange.ipv6 : widestRange.ipv4;
  const prefix = Number(value.slice(value.indexOf("/") + 1));
  if (prefix >= widest) return undefined;
  return {
    code: "wide-ranges",
    reason: `It is a range of /${prefix}, wider than the /${widest} that is allowed`,
    remedy: `Block the ranges of /${widest} or longer that are meant, or release it for its source`,
  };
}
