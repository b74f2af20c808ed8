import type { TagKind } from "@breakwater/protocol";
import { shortened } from "./rejection.ts";

const LONGEST = 255;
const MOST = 50;

/** Tag categories that the readers of STIX and MISP fill. */
export const READER_TAG = {
  labels: "Labels",
  indicatorTypes: "Indicator Types",
  confidence: "Confidence",
  marking: "Marking",
  event: "MISP Event",
  category: "MISP Category",
  tags: "MISP Tags",
  firstSeen: "First Seen",
  lastSeen: "Last Seen",
} as const;

/** The same with their kinds, for creating them before the first import. */
export const READER_TAG_CATEGORIES: readonly { name: string; kind: TagKind }[] = [
  { name: READER_TAG.labels, kind: "list" },
  { name: READER_TAG.indicatorTypes, kind: "list" },
  { name: READER_TAG.confidence, kind: "number" },
  { name: READER_TAG.marking, kind: "list" },
  { name: READER_TAG.event, kind: "text" },
  { name: READER_TAG.category, kind: "text" },
  { name: READER_TAG.tags, kind: "list" },
  { name: READER_TAG.firstSeen, kind: "date" },
  { name: READER_TAG.lastSeen, kind: "date" },
];

/** Values of a list tag within its bounds, each once. */
export function tagList(values: readonly string[]): string[] {
  const kept = values.filter((value) => value !== "").map((value) => shortened(value, LONGEST));
  return [...new Set(kept)].slice(0, MOST);
}

export function tagText(value: string): string {
  return shortened(value, LONGEST);
}

/** ISO 8601 in UTC, or undefined when the text is no moment. */
export function tagDate(text: string | null | undefined): string | undefined {
  const time = text == null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
