import type { DetectionEvent } from "@breakwater/protocol";
import type { EveEvent, EveEventOf } from "@breakwater/suricata";
import { requestedHost, requestedUrl } from "./http-request.ts";

export type Alert = EveEventOf<"alert">;

/** The fields of a detection that every EVE event gives alike. Lengths are those of the contract. */
export function commonFields(event: EveEvent, segment: string) {
  const { from, to } = endpoints(event);
  return {
    time: timeOf(event.timestamp),
    protocol: (event.proto ?? "").slice(0, 16),
    app: (event.app_proto ?? "").slice(0, 32),
    src: (from.ip ?? "").slice(0, 45),
    spt: portOf(from.port),
    dst: (to.ip ?? "").slice(0, 45),
    dpt: portOf(to.port),
    overTls: event.app_proto === "tls" || event.app_proto === "quic" || to.port === 443,
    cves: [],
    techniques: [],
    segment: segment.slice(0, 64),
    count: 1,
    ...(event.flow_id === undefined ? {} : { flowId: String(event.flow_id) }),
    ...appFields(event),
  } satisfies Partial<DetectionEvent>;
}

/** Initiator and responder: an alert on an answer names them the other way round. */
function endpoints(event: EveEvent) {
  const flow = "flow" in event ? event.flow : undefined;
  if (flow?.src_ip !== undefined) {
    return {
      from: { ip: flow.src_ip, port: flow.src_port ?? event.src_port },
      to: { ip: flow.dest_ip, port: flow.dest_port ?? event.dest_port },
    };
  }
  const from = { ip: event.src_ip, port: event.src_port };
  const to = { ip: event.dest_ip, port: event.dest_port };
  return event.direction === "to_client" ? { from: to, to: from } : { from, to };
}

function appFields(event: EveEvent) {
  const http = "http" in event ? event.http : undefined;
  const sni = sniOf(event);
  const host = requestedHost(event) ?? queriedName(event);
  const request = requestedUrl(event) ?? http?.url;
  const clientIp =
    http?.xff ??
    trueClientIp(http?.request_headers) ??
    ("alert" in event ? event.alert?.xff : undefined);
  const sha256 = filesOf(event)[0]?.sha256;
  return {
    ...(host === undefined ? {} : { host: host.slice(0, 2048) }),
    ...(request === undefined ? {} : { request: request.slice(0, 8192) }),
    ...(sni === undefined ? {} : { sni: sni.slice(0, 2048) }),
    ...(sha256 === undefined ? {} : { fileSha256: sha256.slice(0, 64) }),
    ...(clientIp === undefined ? {} : { clientIp: firstAddress(clientIp) }),
  };
}

function trueClientIp(
  headers: readonly { name: string; value: string }[] | undefined,
): string | undefined {
  return headers?.find(({ name }) => name.toLowerCase() === "true-client-ip")?.value;
}

export function queriedName(event: EveEvent): string | undefined {
  const dns = "dns" in event ? event.dns : undefined;
  return dns?.query?.[0]?.rrname ?? dns?.rrname;
}

export function sniOf(event: EveEvent): string | undefined {
  const tls = "tls" in event ? event.tls?.sni : undefined;
  return tls ?? ("quic" in event ? event.quic?.sni : undefined);
}

export function filesOf(event: EveEvent) {
  if (event.event_type === "fileinfo") return [event.fileinfo];
  return "files" in event ? (event.files ?? []) : [];
}

/** X-Forwarded-For may hold a list: the first is the client. */
function firstAddress(text: string): string {
  return (text.split(",")[0] ?? "").trim().slice(0, 45);
}

export function timeOf(timestamp: string): number {
  const time = Date.parse(timestamp.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isFinite(time) ? time : 0;
}

function portOf(port: number | undefined): number {
  return port !== undefined && port >= 0 && port <= 65_535 ? port : 0;
}
