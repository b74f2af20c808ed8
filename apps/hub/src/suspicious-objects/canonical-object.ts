import { type EntryType, type ErrorDetail, fail, ok, type Result } from "@breakwater/protocol";
import { canonicalValue, detectType } from "@breakwater/reputation-set";
import { cleanText } from "../clean-text.ts";
import type { ObjectKey, StoredType } from "./stored-object.ts";

export type CanonicalObject = ObjectKey & { shown: string };

const MAIL_ADDRESS = /^[^\s@]{1,64}@[^\s@]{1,255}$/;

/**
 * The key under which a value is kept. Refuses what cannot be one object: wildcards, ranges, values
 * of another type; the message says what to send instead.
 */
export function canonicalObject(
  type: StoredType,
  raw: string,
): Result<CanonicalObject, ErrorDetail> {
  const text = cleanText(raw).trim();
  if (text.includes("*")) return refuseWildcard(type, raw);
  if (type === "senderMailAddress") return canonicalMail(text);
  const entryType = entryTypeOf(type, text);
  if (type === "ip" && detectType(text) === "cidr") return refuseRange(raw);
  const value = canonicalValue(entryType, text);
  if (!value.ok) return fail({ ...value.error, field: type });
  return ok({ type, value: value.value, shown: type === "url" ? text : value.value });
}

/** The type a value most likely has; undefined when it is none, or one the list does not hold. */
export function detectObjectType(raw: string): StoredType | undefined {
  const type = detectType(raw);
  switch (type) {
    case "ipv4":
    case "ipv6":
      return "ip";
    case "domain":
    case "domain-exact":
      return "domain";
    case "url":
      return "url";
    case "sha1":
      return "fileSha1";
    case "sha256":
      return "fileSha256";
    case "cidr":
      // Refused as a range later, with the reason.
      return "ip";
    case "md5":
    case undefined:
      return undefined;
  }
}

function entryTypeOf(type: Exclude<StoredType, "senderMailAddress">, text: string): EntryType {
  switch (type) {
    case "ip":
      return detectType(text) === "ipv6" ? "ipv6" : "ipv4";
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

function canonicalMail(text: string): Result<CanonicalObject, ErrorDetail> {
  if (!MAIL_ADDRESS.test(text)) {
    return fail({
      field: "senderMailAddress",
      value: text.slice(0, 200),
      reason: "it is not a mail address",
      remedy: "Write it as sender@example.com",
    });
  }
  return ok({ type: "senderMailAddress", value: text.toLowerCase(), shown: text });
}

function refuseWildcard(type: StoredType, raw: string): Result<CanonicalObject, ErrorDetail> {
  const remedy =
    type === "domain" ? "Add the domain alone: its subdomains are covered" : "Add the exact value";
  return fail({
    field: type,
    value: raw.slice(0, 200),
    reason: "wildcards are not accepted",
    remedy,
  });
}

function refuseRange(raw: string): Result<CanonicalObject, ErrorDetail> {
  return fail({
    field: "ip",
    value: raw.slice(0, 200),
    reason: "ranges are not accepted",
    remedy: "Add single addresses here, or the range as an entry on the SMS",
  });
}
