import {
  AppError,
  type accountsApi,
  DEFAULT_ACTION_SETS,
  DeviceId,
  type Distribution,
  type Overview,
  type SmsApi,
  TAG,
  TokenId,
} from "@breakwater/protocol";
import { found } from "./accounts-handlers.ts";
import { entryView } from "./entry-view.ts";
import { exceptionsHandlers } from "./exceptions-handlers.ts";
import { importsHandlers } from "./imports-handlers.ts";
import { jobsHandlers } from "./jobs-handlers.ts";
import type { Handlers } from "./mock-server.ts";
import { pageOfRows } from "./page-of-rows.ts";
import { reputationHandlers } from "./reputation-handlers.ts";
import { safeguardsHandlers } from "./safeguards-handlers.ts";
import { connectedTo, iso, notConnected, type SmsState } from "./sms-state.ts";
import { tagCategoryHandlers } from "./tag-category-handlers.ts";

const STEPS = ["queued", "sent", "tested", "loaded", "verified"] as const;
const STEP_MS = 350;

/** The SMS API over memory. */
export function smsHandlers(state: SmsState): Handlers<Omit<SmsApi, keyof typeof accountsApi>> {
  const device = (id: string) =>
    found(
      state.devices.find((one) => one.id === id),
      "device",
    );
  return {
    "GET /api/v1/overview": async () => overview(state),
    ...reputationHandlers(state),
    ...tagCategoryHandlers(),
    "GET /api/v1/profiles": async () => ({ items: [state.profile] }),
    "GET /api/v1/profiles/{id}": async () => state.profile,
    "PUT /api/v1/profiles/{id}/reputation-filters": async ({ body }) => {
      checkVersion(state, body.version);
      state.profile = {
        ...state.profile,
        filters: body.filters,
        version: body.version + 1,
        changed: true,
      };
      return { ...state.profile, warnings: [] };
    },
    "PUT /api/v1/profiles/{id}/custom-rules": async ({ body }) => {
      checkVersion(state, body.version);
      checkRules(body.rules);
      state.profile = {
        ...state.profile,
        customRules: body.rules,
        version: body.version + 1,
        changed: true,
      };
      return state.profile;
    },
    "POST /api/v1/profiles/preview": async ({ body }) => {
      const rows = state.entries.filter(({ severity, tags, sources }) =>
        body.criteria.every((one) => {
          if (one.op === "source-is") return sources.includes(one.value);
          if (one.op === "is" && one.tag === TAG.severity) return severity === one.value;
          return "tag" in one ? tags[one.tag] !== undefined : true;
        }),
      );
      return {
        matches: { value: rows.length, exact: true },
        byType: [],
        seen: { entries: 0, events: 0, exact: true, days: 7 },
        examples: rows.slice(0, 5),
      };
    },
    "GET /api/v1/action-sets": async () => ({ items: [...DEFAULT_ACTION_SETS] }),
    "POST /api/v1/distributions": async ({ body, principal }) =>
      distribute(state, body.note, body.devices, principal?.name ?? ""),
    "GET /api/v1/distributions": async ({ query }) =>
      pageOfRows(
        state.distributions.map((one) => progressed(one, state)),
        query,
      ),
    "GET /api/v1/distributions/{id}": async ({ params }) =>
      progressed(
        found(
          state.distributions.find((one) => one.id === params.id),
          "distribution",
        ),
        state,
      ),
    "GET /api/v1/devices": async () => ({ items: state.devices }),
    "GET /api/v1/devices/{id}": async ({ params }) => ({
      device: device(params.id),
      report: reportOf(state, params.id),
    }),
    "PATCH /api/v1/devices/{id}": async ({ params, body }) =>
      Object.assign(device(params.id), body.name === undefined ? {} : { name: body.name }),
    "DELETE /api/v1/devices/{id}": async ({ params }) => {
      state.devices.splice(state.devices.indexOf(device(params.id)), 1);
      return undefined;
    },
    "GET /api/v1/device-enrollment-tokens": async () => ({ items: state.tokens }),
    "POST /api/v1/device-enrollment-tokens": async ({ body, principal }) => {
      const info = {
        id: TokenId.parse(`tok_${crypto.randomUUID().slice(0, 12)}`),
        note: body.note,
        state: "unused" as const,
        created: iso(Date.now()),
        createdBy: principal?.name ?? "",
        expires: iso(Date.now() + body.hours * 3_600_000),
        usedBy: null,
      };
      state.tokens.unshift(info);
      return {
        token: `bw1.eyJ1IjoiaHR0cHM6Ly9zbXMuZXhhbXBsZTo4NDQzIn0.${crypto.randomUUID().replaceAll("-", "")}`,
        info,
      };
    },
    "DELETE /api/v1/device-enrollment-tokens/{id}": async ({ params }) => {
      found(
        state.tokens.find((one) => one.id === params.id),
        "token",
      ).state = "revoked";
      return undefined;
    },
    "GET /api/v1/events": async ({ query }) => {
      const rows = state.events.filter(
        (event) =>
          (query.from === undefined || event.time >= Date.parse(query.from)) &&
          (query.to === undefined || event.time <= Date.parse(query.to)) &&
          same(event.device.id, query.device) &&
          same(event.verdict, query.verdict) &&
          (query.address === undefined ||
            event.src === query.address ||
            event.dst === query.address) &&
          matches(
            [
              event.name,
              event.host,
              event.sni,
              event.request,
              event.entry?.value,
              event.device.name,
            ].join(" "),
            query.q,
          ),
      );
      return pageOfRows(rows, query);
    },
    "GET /api/v1/events/{id}": async ({ params }) =>
      found(
        state.events.find((one) => one.id === params.id),
        "event",
      ),
    "GET /api/v1/vision-one": async () => state.connection,
    "POST /api/v1/vision-one/connect": async ({ body }) => {
      if (!body.token.startsWith("bw1.")) {
        throw new AppError(
          "InvalidRequest",
          "This is not an enrollment token. Copy it whole from the hub's Product Instance page.",
          {
            details: [
              {
                field: "token",
                reason: "does not start with bw1.",
                remedy: "Create a new token if the old one is lost.",
              },
            ],
          },
        );
      }
      state.connection = connectedTo("https://hub.example.net:8443", state.entries.length);
      return state.connection;
    },
    "PUT /api/v1/vision-one/settings": async ({ body }) => {
      if (!state.connection.onboarded)
        throw new AppError("Conflict", "Connect with an enrollment token first.");
      state.connection = { ...state.connection, settings: body };
      return state.connection;
    },
    "POST /api/v1/vision-one/disconnect": async () => {
      const { streams } = state.connection;
      state.connection = {
        ...notConnected(),
        streams: streams.map((one) => ({ ...one, state: "out-of-sync", lagSeconds: null })),
        settings: state.connection.settings,
        state: "disconnected",
        summary:
          "Disconnected on this SMS. Reputation entries stay. Connecting again needs a new enrollment token.",
      };
      return state.connection;
    },
    "POST /api/v1/vision-one/test": async () => testConnection(state),
    ...jobsHandlers(state),
    ...importsHandlers(state),
    ...exceptionsHandlers(state),
    ...safeguardsHandlers(state),
  };
}

function matches(text: string, words: string | undefined): boolean {
  return words === undefined || text.toLowerCase().includes(words.toLowerCase());
}

function same<T>(value: T, wanted: T | undefined): boolean {
  return wanted === undefined || value === wanted;
}

function checkVersion(state: SmsState, version: number): void {
  if (version === state.profile.version) return;
  throw new AppError(
    "StaleVersion",
    "Somebody else saved this profile in the meantime. Look at the new state and make your change again.",
  );
}

function checkRules(rules: string): void {
  const details = rules.split("\n").flatMap((rule, index) => {
    if (!/^\s*\w/.test(rule) || /sid:\d+/.test(rule)) return [];
    return [
      {
        field: `rules.${index + 1}`,
        value: rule,
        reason: "The rule has no sid.",
        remedy: "Add sid: with a number of 1000000 or more.",
      },
    ];
  });
  if (details.length > 0)
    throw new AppError(
      "Unprocessable",
      `Suricata refuses ${details.length === 1 ? "1 rule" : `${details.length} rules`}. Nothing was saved.`,
      { details },
    );
}

function distribute(
  state: SmsState,
  note: string,
  devices: readonly string[] | undefined,
  by: string,
): Distribution {
  const targets = state.devices.filter((one) => devices === undefined || devices.includes(one.id));
  const distribution = {
    id: crypto.randomUUID() as Distribution["id"],
    started: Date.now(),
    profile: { id: state.profile.id, name: state.profile.name, version: state.profile.version },
    created: iso(Date.now()),
    createdBy: by,
    note,
    devices: targets.map((one) => ({
      device: DeviceId.parse(one.id),
      name: one.name,
      step: "queued" as const,
      state: "running" as const,
      message: null,
      updated: iso(Date.now()),
    })),
  };
  state.distributions.unshift(distribution);
  return distribution;
}

/** Where a distribution stands follows from its age. The degraded device fails at the test, unless it is alone. */
function progressed(
  distribution: SmsState["distributions"][number],
  state: SmsState,
): Distribution {
  if (distribution.started === 0) return distribution;
  const age = Date.now() - distribution.started;
  const devices = distribution.devices.map((progress, index) => {
    const reached = Math.max(0, Math.min(4, Math.floor((age - index * 60) / STEP_MS)));
    const fails =
      distribution.devices.length > 1 &&
      state.devices.find(({ id }) => id === progress.device)?.health === "degraded";
    if (fails && reached >= 2)
      return {
        ...progress,
        step: "tested" as const,
        state: "failed" as const,
        message:
          "Suricata refused the rules: line 3, unknown keyword “dotprefixx”. Version 40 stays in force.",
      };
    return {
      ...progress,
      step: STEPS[reached] ?? "queued",
      state: reached === 4 ? ("done" as const) : ("running" as const),
    };
  });
  if (
    devices.every((one) => one.state !== "running") &&
    state.profile.version === distribution.profile.version
  ) {
    state.profile = {
      ...state.profile,
      changed: false,
      distributedVersion: distribution.profile.version,
      lastDistributed: iso(Date.now()),
    };
  }
  return { ...distribution, devices };
}

function reportOf(state: SmsState, id: string) {
  const device = found(
    state.devices.find((one) => one.id === id),
    "device",
  );
  const behind = device.set?.notInForce ?? 0;
  return {
    capability: 1,
    time: device.lastSeen ?? iso(Date.now()),
    name: device.name,
    addresses: [device.address, "2001:db8:20::2"],
    model: device.model,
    agentVersion: device.agentVersion,
    engineVersion: device.engineVersion,
    engine: "running" as const,
    inForce: device.set?.inForce ?? 0,
    capacity: 1_000_000,
    exceptions: state.entries.slice(0, behind).map(({ type, value }) => ({
      type,
      value,
      state: "pending" as const,
      reason: "Waits for the next engine reload.",
    })),
    notInForce: behind,
    activeBundle: null,
    spool: {
      events: device.connected ? 0 : 1_204,
      bytes: device.connected ? 0 : 1_840_000,
      dropped: 0,
    },
    certificateExpires: device.certificateExpires,
    diskFreeBytes: 61_200_000_000,
    alarms:
      device.health === "degraded"
        ? [
            {
              code: "bundle-refused",
              message:
                "Profile version 41 did not pass the engine's test. Version 40 stays in force.",
            },
          ]
        : [],
  };
}

function testConnection({ connection }: SmsState) {
  const ok = (step: string, milliseconds: number, detail: string) => ({
    step,
    result: "ok" as const,
    milliseconds,
    detail,
    remedy: "",
  });
  if (!connection.onboarded) {
    return {
      ok: false,
      steps: [
        {
          step: "Enrollment",
          result: "failed" as const,
          milliseconds: 0,
          detail: "This SMS has no enrollment token and no certificate.",
          remedy: "Configure the connection with a token from the hub.",
        },
        {
          step: "Name resolution",
          result: "skipped" as const,
          milliseconds: 0,
          detail: "",
          remedy: "",
        },
      ],
    };
  }
  return {
    ok: true,
    steps: [
      ok("Name resolution", 12, "hub.example.net is 192.0.2.10"),
      ok("TCP connection", 3, "192.0.2.10, port 8443"),
      {
        step: "HTTP proxy",
        result: "skipped" as const,
        milliseconds: 0,
        detail: "No proxy is configured.",
        remedy: "",
      },
      ok("TLS and pin", 9, "TLS 1.3, issued by the pinned authority"),
      ok("Credentials", 6, "The client certificate is accepted"),
      ok("Clock", 1, "0.4 s apart"),
      ok("Suspicious objects", 14, "Revision 20,417"),
      ok("Event sharing", 8, "Accepts batches"),
    ],
  };
}

function overview(state: SmsState): Overview {
  const healthy = state.devices.filter(({ health }) => health === "healthy").length;
  const views = state.entries
    .map((entry) => entryView(entry, state))
    .filter(({ filter }) => filter !== null);
  const hourStart = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const isNew = state.devices.length === 0;
  const profilePath = `/profiles/${state.profile.id}`;
  return {
    devices: { total: state.devices.length, healthy, behind: state.devices.length - healthy },
    objects: {
      total: state.entries.length,
      selected: views.length,
      inForceEverywhere:
        views.length > 0 && views.every(({ enforcement }) => enforcement.state === "in-force"),
    },
    events: {
      blocked24h: isNew ? 0 : 12_843,
      logged24h: isNew ? 0 : 3_120,
      hourly: isNew
        ? []
        : Array.from({ length: 48 }, (_, index) => hourlyAt(hourStart, 47 - index)),
    },
    pendingChanges: state.profile.changed
      ? [{ profile: state.profile.name, path: profilePath }]
      : [],
    connection: { state: state.connection.state, summary: state.connection.summary },
    attention: isNew
      ? []
      : [
          {
            severity: "warning",
            message: "The certificate of dmz-1 expires in 11 days and its renewal failed twice.",
            path: "/devices?q=dmz-1",
          },
          {
            severity: "critical",
            message: "edge-fra-2 refused profile version 41; version 40 stays in force.",
            path: profilePath,
          },
          {
            severity: "critical",
            message: "branch-porto has not been in contact for 3 hours.",
            path: "/devices?health=offline",
          },
        ],
    setup: [
      { step: "Change the first password", done: true, path: "/users" },
      {
        step: "Connect to Trend Vision One",
        done: state.connection.onboarded,
        path: "/vision-one",
      },
      { step: "Enroll the first device", done: !isNew, path: "/devices?enroll=1" },
      {
        step: "Distribute the Default profile",
        done: state.profile.distributedVersion !== null,
        path: profilePath,
      },
    ],
  };
}

function hourlyAt(hourStart: number, back: number) {
  const time = new Date(hourStart - back * 3_600_000);
  const wave = 1 + Math.sin((time.getUTCHours() / 24) * 2 * Math.PI - 1.8);
  const burst = back === 9 ? 1_400 : 0;
  return {
    hour: time.toISOString(),
    blocked: Math.round(120 + 260 * wave + ((back * 37) % 61) + burst),
    logged: Math.round(30 + 60 * wave + ((back * 13) % 23)),
  };
}
