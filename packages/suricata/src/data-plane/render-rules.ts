import type { HttpVersion } from "../url/http-version.ts";
import type { DatasetSpec } from "./datasets.ts";
import {
  type DatasetKind,
  type HashAlgorithm,
  LANES,
  type Lane,
  laneHolds,
  laneVerb,
  type Verb,
} from "./lanes.ts";
import { rangeCategory } from "./ranges.ts";
import { type NamePlace, RULE_ROLES, type RuleRole, sidOf } from "./sid-layout.ts";

export type RuleOptions = {
  datasets: readonly DatasetSpec[];
  /** File of the lane's URL script for a version of HTTP, relative to the rule directory. */
  urlScript: (lane: Lane, version: HttpVersion) => string;
  /** Lists that hold at least one hash; the engine refuses a rule with an empty list. */
  hashLists: readonly { lane: Lane; algorithm: HashAlgorithm; file: string }[];
  /**
   * At most one alert per pair of addresses and this many seconds from the rules that
   * look at every packet; the action still applies to all. 0 alerts for each packet.
   */
  packetAlertSeconds?: number;
};

/**
 * The fixed rule template: one rule per lane and place where an indicator can show.
 * Its text changes with set generations and with which hash lists are in use, never
 * with indicators.
 */
export function renderRules(options: RuleOptions): string {
  const rules = LANES.flatMap((lane) =>
    RULE_ROLES.filter(({ role }) => laneHolds(lane, role.kind)).map(({ offset, role }) => {
      const body = ruleBody(lane, role, options);
      return body === undefined ? undefined : renderRule(lane, role, sidOf(lane, offset), body);
    }),
  );
  return `${rules.filter((rule) => rule !== undefined).join("\n")}\n`;
}

type RuleBody = { verb: Verb; protocol: string; options: string };

function ruleBody(lane: Lane, role: RuleRole, options: RuleOptions): RuleBody | undefined {
  const verb = laneVerb(lane);
  switch (role.kind) {
    case "ip":
    case "range":
      return packetBody(lane, role, options);
    case "domain-exact":
      return nameBody(verb, role.where, EXACT_NAME, datasetKeyword(lane, role.kind, options));
    case "domain":
      return nameBody(
        verb,
        role.where,
        lastLabels(role.labels),
        datasetKeyword(lane, role.kind, options),
      );
    case "url":
      return urlBody(verb, role.where, options.urlScript(lane, role.where));
    case "hash":
      return hashBody(verb, lane, role.where, options);
  }
}

type PacketRole = Extract<RuleRole, { kind: "ip" | "range" }>;

/**
 * Rules that look at every packet. The engine also sees the resets that `reject` makes
 * the kernel send, and would answer them with further resets, without end: so the reset
 * lane rejects TCP but its resets, and drops those and the rest.
 */
function packetBody(lane: Lane, role: PacketRole, options: RuleOptions): RuleBody | undefined {
  const verb = laneVerb(lane);
  const match = packetMatch(lane, role, options);
  const limit = packetLimit(verb, options);
  if (verb !== "reject") {
    return role.part === undefined ? { verb, protocol: "ip", options: match + limit } : undefined;
  }
  switch (role.part) {
    case undefined:
      return { verb, protocol: "tcp", options: `flags:!R; ${match}${limit}` };
    case "not-tcp":
      return { verb: "drop", protocol: "ip", options: `ip_proto:!6; ${match}${limit}` };
    case "resets":
      return { verb: "drop", protocol: "tcp", options: `flags:R+; ${match} noalert;` };
  }
}

function packetMatch(lane: Lane, { kind, where }: PacketRole, options: RuleOptions): string {
  if (kind === "ip") return `ip.${where}; ${datasetKeyword(lane, "ip", options)};`;
  // An address-only rule is looked at once per flow; the hop limit makes it a packet
  // rule, so that a new range cuts flows that already run.
  return `iprep:${where},${rangeCategory(lane)},>,0; ttl:>0;`;
}

/** The name without trailing dots, which clients may add to a host header. */
const EXACT_NAME = String.raw`^(.*?)\.*$`;

/**
 * The last `count` labels of the name, or nothing for a shorter one: a transform that
 * does not match leaves the whole name, which would then match in several rules.
 */
function lastLabels(count: number): string {
  const labels = String.raw`(?:[^.]+\.){${count - 1}}[^.]+`;
  return String.raw`^(?|(?:.*\.)?(${labels})\.*$|())`;
}

const NAME_BUFFERS: Record<NamePlace, { protocol: string; buffer: string }> = {
  dns: { protocol: "dns", buffer: "dns.query" },
  sni: { protocol: "tls", buffer: "tls.sni" },
  host: { protocol: "http", buffer: "http.host" },
  quic: { protocol: "quic", buffer: "quic.sni" },
};

/** DNS names and SNI arrive as the client wrote them: without folding, mixed case walks through. */
function nameBody(verb: Verb, place: NamePlace, pattern: string, dataset: string): RuleBody {
  const { protocol, buffer } = NAME_BUFFERS[place];
  return {
    verb,
    protocol,
    options: `${buffer}; to_lowercase; pcrexform:"${pattern}"; ${dataset};`,
  };
}

/** The script for HTTP/1 chooses its buffer itself, the one for HTTP/2 is given each header field. */
function urlBody(verb: Verb, version: HttpVersion, script: string): RuleBody {
  const fields = version === "http2" ? " http.request_header;" : "";
  return { verb, protocol: version, options: `flow:to_server;${fields} lua:${script};` };
}

function hashBody(
  verb: Verb,
  lane: Lane,
  algorithm: HashAlgorithm,
  { hashLists }: RuleOptions,
): RuleBody | undefined {
  const list = hashLists.find((entry) => entry.lane === lane && entry.algorithm === algorithm);
  if (list === undefined) return undefined;
  // The last byte travels towards the client: a reset of its sender alone would leave the client waiting.
  const resetting = verb === "reject" ? "rejectboth" : verb;
  return { verb: resetting, protocol: "ip", options: `file${algorithm}:${list.file};` };
}

function datasetKeyword(lane: Lane, kind: DatasetKind, { datasets }: RuleOptions): string {
  const spec = datasets.find((entry) => entry.lane === lane && entry.kind === kind);
  if (spec === undefined) throw new Error(`no dataset is declared for ${kind} of lane ${lane}`);
  const { name, type, stateFile, memcapBytes, hashSize } = spec;
  return `dataset:isset,${name},type ${type},state ${stateFile},memcap ${memcapBytes},hashsize ${hashSize}`;
}

function packetLimit(verb: Verb, { packetAlertSeconds = 10 }: RuleOptions): string {
  if (verb === "pass" || packetAlertSeconds === 0) return "";
  return ` threshold:type limit, track by_both, count 1, seconds ${packetAlertSeconds};`;
}

function renderRule(lane: Lane, role: RuleRole, sid: number, body: RuleBody): string {
  const detail = role.kind === "domain" ? ` of ${role.labels} labels` : "";
  const message = `Breakwater ${lane}: ${role.kind} ${role.where}${detail}`;
  const metadata = `bw_lane ${lane}, bw_kind ${role.kind}, bw_where ${role.where}`;
  return `${body.verb} ${body.protocol} any any -> any any (msg:"${message}"; ${body.options} metadata:${metadata}; sid:${sid}; rev:1;)`;
}
