import { z } from "zod";

/* The fields we read of EVE lines. Everything is optional that Suricata may leave out. */

const port = z.number().int().optional();
const text = z.string().optional();

const Common = z.object({
  timestamp: z.string(),
  flow_id: z.number().optional(),
  in_iface: text,
  src_ip: text,
  src_port: port,
  dest_ip: text,
  dest_port: port,
  proto: text,
  app_proto: text,
  direction: text,
  tx_id: z.number().optional(),
  host: text,
  community_id: text,
  vlan: z.array(z.number()).optional(),
  tenant_id: z.number().optional(),
});

export const EveHttp = z.object({
  hostname: text,
  http_port: port,
  url: text,
  http_method: text,
  status: z.number().optional(),
  http_user_agent: text,
  xff: text,
  /** The headers asked for in the configuration, such as True-Client-IP. */
  request_headers: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
});

const EveDnsQuery = z.object({ rrname: text, rrtype: text });
export const EveDns = z.object({
  type: text,
  rrname: text,
  rrtype: text,
  rcode: text,
  query: z.array(EveDnsQuery).optional(),
});

const Ja = z.object({ hash: text });
export const EveTls = z.object({
  sni: text,
  version: text,
  ja3: Ja.optional(),
  ja3s: Ja.optional(),
  ja4: text,
  subject: text,
  issuerdn: text,
  fingerprint: text,
  notbefore: text,
  notafter: text,
});

export const EveFileinfo = z.object({
  filename: text,
  state: text,
  size: z.number().optional(),
  md5: text,
  sha1: text,
  sha256: text,
  gaps: z.boolean().optional(),
});

export const EveVerdict = z.object({
  action: text,
  reject: z.array(z.string()).optional(),
  "reject-target": text,
});

/** Rule metadata: every key holds a list. */
const Metadata = z.record(z.string(), z.array(z.string()));

export const EveAlert = z.object({
  action: z.string(),
  gid: z.number().optional(),
  signature_id: z.number(),
  rev: z.number().optional(),
  signature: text,
  category: text,
  severity: z.number().optional(),
  metadata: Metadata.optional(),
  xff: text,
});

const EveFlow = z.object({
  pkts_toserver: z.number().optional(),
  pkts_toclient: z.number().optional(),
  bytes_toserver: z.number().optional(),
  bytes_toclient: z.number().optional(),
  start: text,
  end: text,
  state: text,
  reason: text,
  src_ip: text,
  src_port: port,
  dest_ip: text,
  dest_port: port,
});

const appLayer = {
  http: EveHttp.optional(),
  dns: EveDns.optional(),
  tls: EveTls.optional(),
  quic: z.object({ sni: text }).optional(),
  files: z.array(EveFileinfo).optional(),
};

export const EveEvent = z.discriminatedUnion("event_type", [
  Common.extend({
    event_type: z.literal("alert"),
    alert: EveAlert,
    verdict: EveVerdict.optional(),
    flow: EveFlow.optional(),
    ...appLayer,
  }),
  Common.extend({
    event_type: z.literal("drop"),
    drop: z.object({ reason: text }).optional(),
    alert: EveAlert.optional(),
    verdict: EveVerdict.optional(),
  }),
  Common.extend({ event_type: z.literal("http"), http: EveHttp }),
  Common.extend({ event_type: z.literal("dns"), dns: EveDns }),
  Common.extend({ event_type: z.literal("tls"), tls: EveTls }),
  Common.extend({
    event_type: z.literal("fileinfo"),
    fileinfo: EveFileinfo,
    http: EveHttp.optional(),
  }),
  Common.extend({ event_type: z.literal("flow"), flow: EveFlow }),
  Common.extend({
    event_type: z.literal("stats"),
    stats: z.record(z.string(), z.unknown()),
  }),
]);
export type EveEvent = z.infer<typeof EveEvent>;
export type EveEventOf<T extends EveEvent["event_type"]> = Extract<EveEvent, { event_type: T }>;

export type EveLine =
  | { kind: "event"; event: EveEvent }
  /** A kind of event that we do not read. */
  | { kind: "other"; eventType: string }
  | { kind: "malformed"; reason: string };

const Typed = z.object({ event_type: z.string() });
const KNOWN = new Set<string>(["alert", "drop", "http", "dns", "tls", "fileinfo", "flow", "stats"]);

/** One line of eve.json. Never throws: a bad line must not stop the tail. */
export function parseEveLine(line: string): EveLine {
  const json = parseJson(line);
  const typed = Typed.safeParse(json);
  if (!typed.success) return { kind: "malformed", reason: "not a JSON object with an event_type" };
  if (!KNOWN.has(typed.data.event_type)) return { kind: "other", eventType: typed.data.event_type };
  const event = EveEvent.safeParse(json);
  return event.success
    ? { kind: "event", event: event.data }
    : { kind: "malformed", reason: event.error.message };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
