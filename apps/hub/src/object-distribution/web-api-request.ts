import { type HubObjectType, TAG } from "@breakwater/protocol";
import { distributedTypeOf } from "./criteria.ts";
import type { SentObject } from "./sent-object.ts";

/** Who we are, as the tags of SPEC B6 say it. */
export type Sender = { productName: string; applianceHostName: string };

const NEVER_YEARS = 10;

/** Path and query of the request that puts the object on the server. */
export function addPath(
  object: Pick<SentObject, "type" | "value" | "riskLevel" | "expires">,
  options: { sender: Sender; sendTtl: boolean; now: number },
): string {
  const query = `${objectQuery(object)}&TagData=${encodeURIComponent(tagData(object, options))}`;
  return `/repEntries/add?${query}`;
}

/** Path and query of the request that takes the object off the server. */
export function deletePath(object: { type: HubObjectType; value: string }): string {
  return `/repEntries/delete?${objectQuery(object)}&criteria=entry`;
}

/** Asks whether the server has the object: 200 it has, 204 it has not. */
export function queryPath(object: { type: HubObjectType; value: string }): string {
  return `/repEntries/query?${objectQuery(object)}`;
}

function objectQuery(object: { type: HubObjectType; value: string }): string {
  return `${parameterOf(object)}=${encodeURIComponent(object.value)}`;
}

function parameterOf(object: { type: HubObjectType; value: string }): string {
  switch (distributedTypeOf(object)) {
    case "ipv4":
    case "ipv6":
      return "ip";
    case "domain":
      return "dns";
    case "url":
      return "url";
    case "sha1":
      return "sha1";
    case "sha256":
      return "sha256";
  }
}

/** The flat list `Category,Value,Category,Value` of the web API; no value of ours holds a comma. */
function tagData(
  { riskLevel, expires }: Pick<SentObject, "riskLevel" | "expires">,
  { sender, sendTtl, now }: { sender: Sender; sendTtl: boolean; now: number },
): string {
  const tags = [
    [TAG.publisher, sender.productName],
    [TAG.source, sender.applianceHostName],
    [TAG.detectionCategory, "Suspicious Object"],
    [TAG.severity, riskLevel],
    ...(sendTtl ? [[TAG.ttl, ttlText(expires ?? yearsAfter(now, NEVER_YEARS))]] : []),
  ];
  return tags.map(([category, value]) => `${category},${value}`).join(",");
}

/** `YYYY-MM-DD hh:mm:ss TZ`. */
function ttlText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function yearsAfter(time: number, years: number): number {
  const date = new Date(time);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
}
