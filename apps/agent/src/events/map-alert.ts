import type { DetectionEvent, SetMember } from "@breakwater/protocol";
import { canonicalUrl, type ReputationIndex } from "@breakwater/reputation-set";
import { decodeSid, type Lane, type SidMeaning } from "@breakwater/suricata";
import type { Policy } from "../data-plane/policy.ts";
import { type Alert, commonFields, filesOf, queriedName, sniOf } from "./detection-fields.ts";
import { reachedUrl, requestedHost, requestedUrl } from "./http-request.ts";

export type EventContext = {
  readonly policy: Policy;
  readonly index: ReputationIndex;
  readonly segment: string;
};

/** What the SMS is told of an alert; undefined when the filter that won is silent. */
export function mapAlert(event: Alert, context: EventContext): DetectionEvent | undefined {
  const meaning = decodeSid(event.alert.signature_id);
  return meaning === undefined ? mapRule(event, context) : mapReputation(event, meaning, context);
}

/** The engine does not say which entry hit: our own index does, within the lane that acted. */
function mapReputation(
  event: Alert,
  meaning: SidMeaning,
  context: EventContext,
): DetectionEvent | undefined {
  const { policy } = context;
  const member = candidates(event, meaning, context.index).find(
    ({ filter }) => policy.lane(filter) === meaning.lane,
  );
  const filter = member === undefined ? undefined : policy.filter(member.filter);
  if (filter?.actionSet.notify === false) return undefined;
  return {
    ...commonFields(event, context.segment),
    kind: "reputation",
    matchedBy: "engine",
    verdict: laneVerdict(meaning.lane),
    severity: laneSeverity(meaning.lane),
    // The entry may have left the set since the packet came.
    name: filter?.name ?? event.alert.signature ?? "Reputation",
    filterNumber: filter?.number ?? 0,
    actionSet: filter?.actionSet.name ?? laneActionSet(meaning.lane),
    sid: event.alert.signature_id,
    ...(member === undefined ? {} : { entry: { type: member.type, value: member.value } }),
  };
}

function candidates(event: Alert, meaning: SidMeaning, index: ReputationIndex): SetMember[] {
  switch (meaning.kind) {
    case "ip":
    case "range":
      return index.coveringAddress((meaning.where === "src" ? event.src_ip : event.dest_ip) ?? "");
    case "domain":
    case "domain-exact":
      return index.coveringName(nameIn(event, meaning.where) ?? "");
    case "url": {
      return [requestedUrl(event), reachedUrl(event)].flatMap((text) => {
        const url = canonicalUrl(text ?? "");
        return url.ok ? index.coveringUrl(url.value) : [];
      });
    }
    case "hash": {
      const values = filesOf(event).flatMap((file) => file[meaning.where] ?? []);
      return values.flatMap((value) => {
        const filter = /^[0-9a-f]+$/.test(value) ? index.get(meaning.where, value) : undefined;
        return filter === undefined ? [] : [{ type: meaning.where, value, filter }];
      });
    }
  }
}

function nameIn(event: Alert, where: "dns" | "sni" | "host" | "quic"): string | undefined {
  switch (where) {
    case "dns":
      return queriedName(event);
    case "sni":
    case "quic":
      return sniOf(event);
    case "host":
      return requestedHost(event);
  }
}

export function laneVerdict(lane: Lane): DetectionEvent["verdict"] {
  switch (lane) {
    case "block":
      return "blocked";
    case "reset":
      return "reset";
    case "notify":
      return "logged";
    case "trust":
      return "trusted";
    case "quarantine":
      return "quarantined";
  }
}

/** 3 Major where traffic was stopped, 2 Minor where it passed with a note. */
export function laneSeverity(lane: Lane): number {
  if (lane === "trust") return 0;
  return lane === "notify" ? 2 : 3;
}

function laneActionSet(lane: Lane): string {
  switch (lane) {
    case "block":
      return "Block + Notify";
    case "reset":
      return "Block (TCP Reset) + Notify";
    case "notify":
      return "Permit + Notify";
    case "trust":
      return "Trust";
    case "quarantine":
      return "Quarantine + Notify";
  }
}

function mapRule(event: Alert, context: EventContext): DetectionEvent {
  const { alert } = event;
  const metadata = alert.metadata ?? {};
  const verdict = ruleVerdict(event);
  return {
    ...commonFields(event, context.segment),
    kind: "rule",
    matchedBy: "engine",
    verdict,
    severity: ruleSeverity(alert.severity, metadata["signature_severity"]?.[0]),
    name: (alert.signature ?? `Rule ${alert.signature_id}`).slice(0, 300),
    filterNumber: alert.signature_id,
    actionSet:
      verdict === "logged"
        ? "Permit + Notify"
        : laneActionSet(verdict === "reset" ? "reset" : "block"),
    sid: alert.signature_id,
    cves: (metadata["cve"] ?? []).map((cve) => cve.replaceAll("_", "-").slice(0, 32)).slice(0, 50),
    techniques: (metadata["mitre_technique_id"] ?? []).map((id) => id.slice(0, 32)).slice(0, 50),
  };
}

function ruleVerdict({ alert, verdict }: Alert): "blocked" | "reset" | "logged" {
  if (alert.action !== "blocked") return "logged";
  return (verdict?.reject ?? []).length > 0 ? "reset" : "blocked";
}

/** SPEC F1's scale from the rule's own words, or from the engine's priority (1 is the highest). */
function ruleSeverity(priority: number | undefined, words: string | undefined): number {
  switch (words?.toLowerCase()) {
    case "critical":
      return 4;
    case "major":
      return 3;
    case "minor":
      return 2;
    case "informational":
      return 0;
    default:
      return Math.min(3, Math.max(0, 4 - (priority ?? 3)));
  }
}
