import {
  type ActionSet,
  type Assertion,
  type Connection,
  DEFAULT_ACTION_SETS,
  type Device,
  DeviceId,
  type Distribution,
  type EnrollmentToken,
  EntryId,
  type EntryType,
  type Profile,
  ProfileId,
  type ReputationException,
  type SafeguardSettings,
  type Severity,
  type StoredEvent,
  TAG,
  type Tags,
} from "@breakwater/protocol";
import type { MockJob } from "./mock-jobs.ts";
import type { Random } from "./random.ts";
import { SAFEGUARDS } from "./safeguards-handlers.ts";
import { seedExceptions } from "./seed-exceptions.ts";
import { seedJobs } from "./seed-jobs.ts";

/** An entry as kept: what is in force follows from its age. */
export type MockEntry = {
  id: EntryId;
  type: EntryType;
  value: string;
  severity: Severity | null;
  scanAction: "block" | "log" | null;
  sources: string[];
  tags: Tags;
  description: string;
  created: number;
  expires: number | null;
  /** Why its first source's assertion is held back. */
  held: Hold | null;
};
type Hold = NonNullable<Assertion["held"]>;
export type SmsState = {
  entries: MockEntry[];
  devices: Device[];
  profile: Profile;
  distributions: (Distribution & { started: number })[];
  tokens: EnrollmentToken[];
  events: StoredEvent[];
  connection: Connection;
  jobs: MockJob[];
  exceptions: ReputationException[];
  safeguards: SafeguardSettings;
  nextId: number;
};

export const HUB_SOURCE = "Trend Vision One Threat Intelligence";
export const OWN_SOURCE = "Users of this SMS";
const DAY = 86_400_000;
export const iso = (time: number) => new Date(time).toISOString();

/** A fleet of 14 devices at work, or a first start. */
export function seedSms(random: Random, filled: boolean): SmsState {
  const profile = seedProfile(random, filled);
  const devices = filled ? seedDevices(random, profile) : [];
  const entries = filled ? seedEntries(random) : [];
  return {
    entries,
    devices,
    profile,
    distributions: filled ? [seedDistribution(random, profile, devices)] : [],
    tokens: filled ? seedTokens() : [],
    events: filled ? seedEvents(random, devices, entries, profile) : [],
    connection: filled
      ? connectedTo("https://hub.example.net:8443", entries.length)
      : notConnected(),
    jobs: filled ? seedJobs(random) : [],
    safeguards: SAFEGUARDS,
    exceptions: filled ? seedExceptions(profile, entries) : [],
    nextId: entries.length + 1,
  };
}

function actionSet(name: (typeof DEFAULT_ACTION_SETS)[number]["name"]): ActionSet {
  return DEFAULT_ACTION_SETS.find((set) => set.name === name) ?? DEFAULT_ACTION_SETS[0];
}

function seedProfile(random: Random, filled: boolean): Profile {
  const types = { ipv4: true, ipv6: true, dns: true, url: true, fileHash: true };
  const base = {
    state: "enabled",
    locked: false,
    types,
    untaggedEntries: false,
    taggedEntries: true,
  } as const;
  const published = {
    op: "contains",
    tag: TAG.publisher,
    value: "Vision One Threat Intelligence",
  } as const;
  const category = { op: "is", tag: TAG.detectionCategory, value: "Suspicious Object" } as const;
  return {
    id: ProfileId.parse(random.uuid()),
    name: "Default",
    version: filled ? 42 : 1,
    distributedVersion: filled ? 41 : null,
    lastDistributed: filled ? iso(Date.now() - 4 * 3_600_000) : null,
    changed: filled,
    devices: filled ? 14 : 0,
    filters: [
      {
        ...base,
        number: 1,
        name: "High risk from Vision One",
        actionSet: actionSet("Block + Notify"),
        criteria: [category, published, { op: "is", tag: TAG.severity, value: "High" }],
      },
      ...(filled
        ? (
            [
              {
                ...base,
                number: 4,
                name: "Partner scanners",
                locked: true,
                actionSet: actionSet("Trust"),
                criteria: [{ op: "source-is", value: "Partner list" }],
              },
              {
                ...base,
                number: 2,
                name: "Medium risk, watch only",
                actionSet: actionSet("Permit + Notify"),
                criteria: [category, { op: "is", tag: TAG.severity, value: "Medium" }],
              },
              {
                ...base,
                number: 3,
                name: "Old malware hashes",
                state: "disabled",
                types: { ...types, ipv4: false, ipv6: false, dns: false, url: false },
                actionSet: actionSet("Block (TCP Reset) + Notify"),
                criteria: [{ op: "source-is-not", value: OWN_SOURCE }],
              },
            ] as const
          ).map((filter) => ({ ...filter, criteria: [...filter.criteria] }))
        : []),
      {
        ...base,
        number: 9,
        name: "Own block list",
        taggedEntries: true,
        untaggedEntries: true,
        actionSet: actionSet("Block + Notify"),
        criteria: [{ op: "source-is", value: OWN_SOURCE }],
      },
    ],
    customRules: filled
      ? '# Telnet leaves no site\nreject tcp $HOME_NET any -> $EXTERNAL_NET 23 (msg:"Telnet to the outside"; sid:1000001; rev:1;)\n'
      : "",
    httpContext: { enabled: true, clientIpHeader: "X-Forwarded-For" },
  };
}

const SITES = [
  "edge-fra-1",
  "edge-fra-2",
  "edge-ams-1",
  "edge-lon-1",
  "dc-core-1",
  "dc-core-2",
  "branch-oslo",
  "branch-lyon",
  "branch-graz",
  "branch-porto",
  "branch-riga",
  "lab-a",
  "lab-b",
  "dmz-1",
] as const;

function seedDevices(random: Random, profile: Profile): Device[] {
  return SITES.map((name, index): Device => {
    const offline = name === "branch-porto";
    const degraded = name === "edge-fra-2";
    const behind = offline || degraded;
    const desired = 1_204;
    return {
      id: DeviceId.parse(random.uuid()),
      name,
      address: `10.20.${index}.2`,
      model: index < 6 ? "Intel Xeon D-2146NT, 8 cores" : "Intel Atom C3558, 4 cores",
      agentVersion: name === "lab-b" ? "0.0.9" : "0.1.0",
      engineVersion: "7.0.10",
      health: offline ? "offline" : degraded ? "degraded" : "healthy",
      healthReasons: offline
        ? ["No contact for 3 hours. The device keeps enforcing its last set."]
        : degraded
          ? [
              "Profile version 41 was refused by the engine: line 3, unknown keyword “dotprefixx”. Version 40 stays in force.",
            ]
          : [],
      profile: { id: profile.id, name: profile.name, version: degraded ? 40 : 41, desired: 41 },
      set: {
        version: behind ? desired - 3 : desired,
        desired,
        count: 187,
        inForce: behind ? 181 : 187,
        notInForce: behind ? 6 : 0,
        capacity: 1_000_000,
      },
      enrolled: iso(Date.now() - (40 + index) * DAY),
      lastSeen: iso(Date.now() - (offline ? 3 * 3_600_000 : 2_000 + random.integer(9_000))),
      connected: !offline,
      certificateExpires: iso(Date.now() + (name === "dmz-1" ? 11 : 320 - index) * DAY),
    };
  });
}

function seedEntries(random: Random): MockEntry[] {
  const kinds: [EntryType, (n: number) => string][] = [
    ["ipv4", (n) => `198.51.100.${(n * 7) % 256}`],
    ["domain", (n) => `cdn-update${n}.example`],
    ["url", (n) => `login-${n}.example/wp-content/uploads/invoice-${random.hex(6)}.php`],
    ["sha256", () => random.hex(64)],
    ["ipv4", (n) => `203.0.113.${(n * 11) % 256}`],
    ["ipv6", (n) => `2001:db8:${n.toString(16)}::${random.hex(3)}`],
    ["sha1", () => random.hex(40)],
    ["cidr", (n) => `192.0.2.${(n % 16) * 16}/28`],
  ];
  const seen = new Set<string>();
  const rows: MockEntry[] = [];
  for (let n = 1; rows.length < 236; n += 1) {
    const [type, make] = kinds[n % kinds.length] ?? ["ipv4", () => ""];
    const value = n === 17 ? "paypa\u202Elive\u200b.example" : make(n);
    if (seen.has(value)) continue;
    seen.add(value);
    const own = n % 9 === 0;
    const severity = own ? "High" : random.pick(["High", "High", "Medium", "Low"] as const);
    const expires = n % 4 === 0 ? null : Date.now() + (1 + random.integer(40)) * DAY;
    rows.push({
      id: EntryId.parse(String(rows.length + 1)),
      type,
      value,
      severity,
      scanAction: severity === "Low" ? "log" : "block",
      sources: own ? (n % 2 === 0 ? [OWN_SOURCE, HUB_SOURCE] : [OWN_SOURCE]) : [HUB_SOURCE],
      tags: own && n % 2 !== 0 ? {} : tagsOf(severity, expires),
      description: own ? "Seen in ticket 4711" : "",
      created: Date.now() - (n * n * 70_000 + 90_000),
      expires,
      held: n % 37 === 5 ? holdOf(type) : null,
    });
  }
  return rows;
}

function holdOf(type: EntryType): Hold {
  const since = iso(Date.now() - 5 * 3_600_000);
  switch (type) {
    case "domain":
      return {
        code: "well-known-sites",
        reason: "It is on the list of well-known sites, which businesses depend on.",
        remedy: "Release it if it is meant, or have the feed corrected.",
        since,
      };
    case "ipv4":
      return {
        code: "own",
        reason: "It lies inside 203.0.113.0/24, one of your own networks.",
        remedy: "Release it if it is meant, or correct your own networks.",
        since,
      };
    default:
      return {
        code: "source-grown",
        reason: "Its source sent twelve times as many entries as before.",
        remedy: "Look at the source, then accept or reject its new size.",
        since,
      };
  }
}

function tagsOf(severity: Severity, expires: number | null): Tags {
  return {
    [TAG.detectionCategory]: "Suspicious Object",
    [TAG.publisher]: HUB_SOURCE,
    [TAG.source]: HUB_SOURCE,
    [TAG.objectSource]: "UDSO",
    [TAG.ttl]: iso(expires ?? Date.now() + 3_650 * DAY),
    [TAG.scanAction]: severity === "Low" ? "log" : "block",
    [TAG.severity]: severity,
  };
}

function seedDistribution(
  random: Random,
  profile: Profile,
  devices: readonly Device[],
): SmsState["distributions"][number] {
  const started = Date.now() - 4 * 3_600_000;
  return {
    id: random.uuid() as Distribution["id"],
    started: 0,
    profile: { id: profile.id, name: profile.name, version: 41 },
    created: iso(started),
    createdBy: "mara",
    note: "Telnet rule",
    devices: devices.map((device) => {
      const failed = device.health === "degraded";
      return {
        device: device.id,
        name: device.name,
        step: failed ? "tested" : device.connected ? "verified" : "queued",
        state: failed ? "failed" : device.connected ? "done" : "superseded",
        message: failed ? "Line 3: unknown keyword “dotprefixx”." : null,
        updated: iso(started + 9_000),
      };
    }),
  };
}

function seedTokens(): EnrollmentToken[] {
  return [
    {
      id: "tok_waiting01" as EnrollmentToken["id"],
      note: "branch-bern",
      state: "unused",
      created: iso(Date.now() - 3_600_000),
      createdBy: "jin",
      expires: iso(Date.now() + 23 * 3_600_000),
      usedBy: null,
    },
    {
      id: "tok_used00001" as EnrollmentToken["id"],
      note: "dmz-1",
      state: "used",
      created: iso(Date.now() - 40 * DAY),
      createdBy: "mara",
      expires: iso(Date.now() - 39 * DAY),
      usedBy: "dmz-1",
    },
  ];
}

function seedEvents(
  random: Random,
  devices: readonly Device[],
  entries: readonly MockEntry[],
  profile: Profile,
): StoredEvent[] {
  let time = Date.now() - 4_000;
  return Array.from({ length: 420 }, (_, index) => {
    time -= 1_000 + random.integer(420_000);
    return mockEvent(random, index, time, devices, entries, profile);
  });
}

/** One detection; every ninth comes from a rule, one is a gap, one has disguised text. */
export function mockEvent(
  random: Random,
  index: number,
  time: number,
  devices: readonly Device[],
  entries: readonly MockEntry[],
  profile: Profile,
): StoredEvent {
  const device = devices[random.integer(devices.length)];
  const entry = entries[random.integer(40)];
  const fromRule = index % 9 === 8;
  const secure = index % 3 === 0;
  const blocked = fromRule ? index % 2 === 0 : entry?.severity === "High";
  const host =
    index === 4
      ? "xn--\u202Egnp.exe\u200b.example"
      : entry?.type === "domain"
        ? entry.value
        : `host-${index % 30}.example`;
  const gap = index === 60;
  return {
    id: `e${String(10_000_000 - index)}-${random.hex(4)}`,
    device: { id: device?.id ?? DeviceId.parse(random.uuid()), name: device?.name ?? "device" },
    received: iso(time + 800),
    sources: fromRule ? [] : (entry?.sources ?? []),
    policyId: profile.id,
    time,
    kind: gap ? "gap" : fromRule ? "rule" : "reputation",
    verdict: blocked ? "blocked" : "logged",
    matchedBy: index % 40 === 2 ? "agent" : "engine",
    name: gap
      ? "Events lost"
      : fromRule
        ? "ET WEB_SERVER Possible SQL injection attempt in URI"
        : "High risk from Vision One",
    filterNumber: fromRule ? 2_006_446 : 1,
    actionSet: blocked ? "Block + Notify" : "Permit + Notify",
    severity: fromRule ? 3 : entry?.severity === "High" ? 4 : entry?.severity === "Medium" ? 2 : 1,
    protocol: "TCP",
    app: secure ? "tls" : "http",
    src: `10.1.${random.integer(8)}.${2 + random.integer(240)}`,
    spt: 1_024 + random.integer(60_000),
    dst: entry?.type === "ipv4" ? entry.value : `198.51.100.${random.integer(250)}`,
    dpt: secure ? 443 : 80,
    ...(fromRule || entry === undefined || gap
      ? {}
      : { entry: { type: entry.type, value: entry.value } }),
    ...(secure
      ? { sni: host }
      : {
          host,
          request: fromRule
            ? "/item?id=1%20UNION%20SELECT"
            : `/${random.hex(8)}?q=<script>alert(1)</script>`,
        }),
    overTls: secure,
    cves: fromRule ? ["CVE-2024-4577"] : [],
    techniques: fromRule ? ["T1190"] : [],
    segment: "inline-1",
    count: 1 + (index % 7 === 0 ? random.integer(239) : 0),
    ...(gap
      ? {
          lost: {
            events: 120,
            reason: "The event spool was full while the SMS could not be reached.",
          },
        }
      : {}),
  };
}

/** What the page shows before it is configured: everything disabled. */
export function notConnected(): Connection {
  return {
    state: "not-connected",
    summary:
      "This SMS is not connected to a threat platform. Paste an enrollment token to connect.",
    onboarded: false,
    hubUrl: null,
    enrolled: null,
    certificate: null,
    settings: {
      suspiciousObjectSync: { enabled: false, downloadIntervalSeconds: 60 },
      policyAndInventory: false,
      eventAndFilterStatusSharing: false,
      tlsTelemetry: false,
    },
    streams: [],
    objects: { total: 0, byType: {} },
  };
}

export function connectedTo(hubUrl: string, objects: number): Connection {
  const success = (seconds: number) => iso(Date.now() - seconds * 1_000);
  return {
    state: "connected",
    summary: "Every enabled stream works. Events are 41 s behind and catching up.",
    onboarded: true,
    hubUrl,
    enrolled: iso(Date.now() - 90 * DAY),
    certificate: {
      subject: "CN=hq-sms, O=Breakwater product",
      issuer: "CN=Breakwater Hub Issuing CA",
      fingerprint:
        "SHA256:7f:0c:5d:11:9a:e2:44:3b:86:c1:0e:2f:d5:71:aa:08:b3:9e:46:5c:1d:f7:60:22:8d:35:e9:04:6b:c8:12:5a",
      expires: iso(Date.now() + 275 * DAY),
    },
    settings: {
      suspiciousObjectSync: { enabled: true, downloadIntervalSeconds: 60 },
      policyAndInventory: true,
      eventAndFilterStatusSharing: true,
      tlsTelemetry: true,
    },
    streams: [
      {
        name: "suspicious-object-sync",
        state: "in-sync",
        lastSuccess: success(4),
        lastError: null,
        lagSeconds: 0.3,
        path: "direct",
      },
      {
        name: "policy-and-inventory",
        state: "in-sync",
        lastSuccess: success(130),
        lastError: null,
        lagSeconds: 12,
        path: "direct",
      },
      {
        name: "event-sharing",
        state: "catching-up",
        lastSuccess: success(2),
        lastError: { time: success(700), message: "The hub answered 503: storage is starting." },
        lagSeconds: 41,
        path: "direct",
      },
      {
        name: "filter-status-sharing",
        state: "in-sync",
        lastSuccess: success(5_400),
        lastError: null,
        lagSeconds: null,
        path: "direct",
      },
      {
        name: "tls-telemetry",
        state: "in-sync",
        lastSuccess: success(1),
        lastError: null,
        lagSeconds: 0.1,
        path: "direct",
      },
    ],
    objects: {
      total: objects,
      byType: { "IP address": 96, Domain: 58, URL: 31, "File SHA-1": 22, "File SHA-256": 29 },
    },
  };
}
