import {
  type EntryType,
  type ErrorDetail,
  type FeedObject,
  type HubObjectType,
  ok,
  type Result,
  TAG,
} from "@breakwater/protocol";
import { canonicalValue, detectType } from "@breakwater/reputation-set";
import type { EntryEdit, EntryKey } from "../reputation/index.ts";

const VISION_ONE = "Trend Vision One Threat Intelligence";
/** What never expires on the hub gets this long from the time of the sync (SPEC B3). */
const TEN_YEARS = 10 * 365.25 * 86_400_000;

/** The source name of a hub's objects. */
export function sourceOf(hubUrl: string): string {
  return `Trend Vision One (${new URL(hubUrl).host})`;
}

/** The entry that an object of the hub's list stands for, or why there is none. */
export function entryKeyOf(type: HubObjectType, value: string): Result<EntryKey, ErrorDetail> {
  const entryType = entryTypeOf(type, value);
  const canonical = canonicalValue(entryType, value);
  return canonical.ok ? ok({ type: entryType, value: canonical.value }) : canonical;
}

function entryTypeOf(type: HubObjectType, value: string): EntryType {
  switch (type) {
    case "ip":
      return detectType(value) === "ipv6" ? "ipv6" : "ipv4";
    case "domain":
      return "domain";
    case "url":
      return "url";
    case "fileSha1":
      return "sha1";
    case "fileSha256":
      return "sha256";
  }
}

/** What the hub asserts: the tags of SPEC B3. Severity, scan action and TTL follow from the fields. */
export function assertionOf(
  object: FeedObject,
  now: number,
): NonNullable<EntryEdit["assertion"]> | null {
  const expires = object.expires === null ? now + TEN_YEARS : Date.parse(object.expires);
  if (expires <= now) return null;
  return {
    severity: object.riskLevel,
    scanAction: object.scanAction,
    tags: {
      [TAG.detectionCategory]: "Suspicious Object",
      [TAG.publisher]: VISION_ONE,
      [TAG.source]: VISION_ONE,
      [TAG.objectSource]: object.source,
    },
    description: object.description.slice(0, 500),
    expires: Math.round(expires),
  };
}
