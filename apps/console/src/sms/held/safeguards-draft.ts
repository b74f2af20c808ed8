import type { ProtectedValue, SafeguardSettings } from "@breakwater/protocol";
import { refang } from "../../lib/recognise-value.ts";

/** The settings as they are typed; values one per line, with a note behind ` # `. */
export type SafeguardsDraft = {
  lists: SafeguardSettings["lists"];
  own: string;
  additions: string;
  widestIpv4: string;
  widestIpv6: string;
  sizeEnabled: boolean;
  shrinkPercent: string;
  shrinkEntries: string;
  growthFactor: string;
  growthEntries: string;
};

export function draftOf({ lists, own, additions, widestRange, size }: SafeguardSettings) {
  return {
    lists,
    own: own.map(lineOf).join("\n"),
    additions: additions.map(lineOf).join("\n"),
    widestIpv4: String(widestRange.ipv4),
    widestIpv6: String(widestRange.ipv6),
    sizeEnabled: size.enabled,
    shrinkPercent: String(size.shrinkPercent),
    shrinkEntries: String(size.shrinkEntries),
    growthFactor: String(size.growthFactor),
    growthEntries: String(size.growthEntries),
  } satisfies SafeguardsDraft;
}

/** The settings as the server wants them, or the first thing that is wrong. */
export function settingsOf(
  draft: SafeguardsDraft,
  before: SafeguardSettings,
): SafeguardSettings | string {
  const ipv4 = wholeNumber(draft.widestIpv4, 1, 32);
  if (ipv4 === undefined) return "The widest IPv4 range is a prefix length from 1 to 32.";
  const ipv6 = wholeNumber(draft.widestIpv6, 1, 128);
  if (ipv6 === undefined) return "The widest IPv6 range is a prefix length from 1 to 128.";
  const size = sizeOf(draft);
  if (typeof size === "string") return size;
  return {
    lists: draft.lists,
    own: valuesOf(draft.own, before.own),
    additions: valuesOf(draft.additions, before.additions),
    widestRange: { ipv4, ipv6 },
    size,
  };
}

function sizeOf(draft: SafeguardsDraft): SafeguardSettings["size"] | string {
  const shrinkPercent = wholeNumber(draft.shrinkPercent, 1, 100);
  if (shrinkPercent === undefined) return "Shrinking is held from 1 to 100 per cent.";
  const shrinkEntries = wholeNumber(draft.shrinkEntries, 0, Number.MAX_SAFE_INTEGER);
  if (shrinkEntries === undefined) return "Shrinking is held from a whole number of entries.";
  const growthFactor = Number(draft.growthFactor);
  if (!(growthFactor >= 1.1 && growthFactor <= 1_000_000))
    return "Growth is held from a factor of 1.1 to 1,000,000.";
  const growthEntries = wholeNumber(draft.growthEntries, 0, Number.MAX_SAFE_INTEGER);
  if (growthEntries === undefined) return "Growth is held from a whole number of entries.";
  return { enabled: draft.sizeEnabled, shrinkPercent, shrinkEntries, growthFactor, growthEntries };
}

function lineOf({ value, note }: ProtectedValue): string {
  return note === "" ? value : `${value} # ${note}`;
}

/** A type given through the API is kept while its value stays; a URL may hold a `#` of its own. */
function valuesOf(text: string, before: readonly ProtectedValue[]): ProtectedValue[] {
  return text.split("\n").flatMap((line) => {
    const [, written = "", note = ""] = /^\s*(.*?)(?:(?:^|\s+)#\s*(.*?))?\s*$/.exec(line) ?? [];
    const value = before.some((one) => one.value === written) ? written : refang(written);
    if (value === "") return [];
    const type = before.find((one) => one.value === value)?.type;
    return [{ ...(type === undefined ? {} : { type }), value, note }];
  });
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = Number(text);
  const fits = text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most;
  return fits ? value : undefined;
}
