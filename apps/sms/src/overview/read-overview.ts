import {
  type Attention,
  type Connection,
  type Device,
  type Feed,
  type Overview,
  type Profile,
  SMS_CONSOLE_PATHS,
} from "@breakwater/protocol";
import type { z } from "zod";
import type { HourCount } from "../events/index.ts";

const HOUR = 3_600_000;
const HOURS = 24;
const DAY = 24 * HOUR;
/** Renewal begins 30 days before; with fewer left than this it has failed for a while. */
const EXPIRY_WARNING_DAYS = 14;
const EXPIRY_CRITICAL_DAYS = 1;
const PATHS = SMS_CONSOLE_PATHS;

export type OverviewFacts = {
  now: Date;
  devices: Device[];
  profiles: Profile[];
  objects: { total: number; selected: number };
  hours: HourCount[];
  feeds: Pick<Feed, "name" | "state" | "summary">[];
  connection: {
    state: Connection["state"];
    summary: string;
    failing: readonly string[];
    /** End of the certificate towards the hub, in ms; null without one. */
    certificateExpires: number | null;
  };
};

/** Is the fleet protected, is anything broken, what needs attention: one answer out of all facts. */
export function readOverview(facts: OverviewFacts): Overview {
  const { devices, profiles, objects, connection } = facts;
  const events = eventsOf(facts);
  return {
    devices: {
      total: devices.length,
      healthy: devices.filter((device) => device.health === "healthy").length,
      behind: devices.filter(isBehind).length,
    },
    objects: {
      ...objects,
      inForceEverywhere: devices.length > 0 && devices.every(hasAllInForce),
    },
    events,
    pendingChanges: profiles
      .filter((profile) => profile.changed && profile.devices > 0)
      .map((profile) => ({ profile: profile.name, path: PATHS.profiles })),
    connection: { state: connection.state, summary: connection.summary },
    attention: attentionOf(facts),
    setup: [
      {
        step: "Connect to the hub",
        done: connection.state !== "not-connected",
        path: PATHS.visionOne,
      },
      { step: "Enrol a device", done: devices.length > 0, path: PATHS.devices },
      {
        step: "Distribute a profile",
        done: profiles.some((profile) => profile.distributedVersion !== null),
        path: PATHS.profiles,
      },
    ],
  };
}

function isBehind({ set, profile }: Device): boolean {
  return (
    (set !== null && set.version !== set.desired) ||
    (profile.desired !== null && profile.version !== profile.desired)
  );
}

function hasAllInForce(device: Device): boolean {
  const { set } = device;
  return set !== null && !isBehind(device) && set.notInForce === 0;
}

function eventsOf({ hours, now }: OverviewFacts): Overview["events"] {
  const counts = new Map<number, { blocked: number; logged: number }>();
  for (const { hour, verdict, events } of hours) {
    const known = counts.get(hour.getTime()) ?? { blocked: 0, logged: 0 };
    const kind = verdict === "logged" || verdict === "trusted" ? "logged" : "blocked";
    counts.set(hour.getTime(), { ...known, [kind]: known[kind] + events });
  }
  const current = Math.floor(now.getTime() / HOUR) * HOUR;
  const hourly = Array.from({ length: HOURS }, (_, at) => {
    const hour = current - (HOURS - 1 - at) * HOUR;
    return {
      hour: new Date(hour).toISOString(),
      ...(counts.get(hour) ?? { blocked: 0, logged: 0 }),
    };
  });
  return {
    blocked24h: hourly.reduce((sum, one) => sum + one.blocked, 0),
    logged24h: hourly.reduce((sum, one) => sum + one.logged, 0),
    hourly,
  };
}

function attentionOf({
  devices,
  connection,
  feeds,
  now,
}: OverviewFacts): z.infer<typeof Attention>[] {
  const ofDevices = devices.flatMap((device) => {
    const severity = severityOf(device);
    if (severity === undefined) return [];
    const reason = device.healthReasons[0] ?? "";
    return [{ severity, message: `${device.name}: ${reason}`, path: PATHS.devices }];
  });
  const ofConnection =
    connection.state === "refused" ||
    connection.state === "degraded" ||
    connection.failing.length > 0
      ? [
          {
            severity: connection.state === "refused" ? ("critical" as const) : ("warning" as const),
            message: connection.summary,
            path: PATHS.visionOne,
          },
        ]
      : [];
  const ofCertificate = certificateAttention(connection.certificateExpires, now);
  const ofFeeds = feeds
    .filter(({ state }) => state === "failed" || state === "held")
    .map(({ name, summary }) => ({
      severity: "warning" as const,
      message: `Feed ${name}: ${summary}`,
      path: PATHS.feeds,
    }));
  return [...ofDevices, ...ofConnection, ...ofCertificate, ...ofFeeds].toSorted((a, b) =>
    a.severity === b.severity ? 0 : a.severity === "critical" ? -1 : 1,
  );
}

function certificateAttention(expires: number | null, now: Date): z.infer<typeof Attention>[] {
  if (expires === null) return [];
  const days = Math.floor((expires - now.getTime()) / DAY);
  if (days >= EXPIRY_WARNING_DAYS) return [];
  const when = days < 0 ? "has expired" : `expires in ${days} days and was not renewed`;
  return [
    {
      severity: days < EXPIRY_CRITICAL_DAYS ? "critical" : "warning",
      message: `The certificate towards the hub ${when}. Test the connectivity; if it cannot be renewed, connect with a new enrollment token.`,
      path: PATHS.visionOne,
    },
  ];
}

function severityOf({ health }: Device): "critical" | "warning" | undefined {
  switch (health) {
    case "failing":
    case "offline":
      return "critical";
    case "degraded":
      return "warning";
    case "healthy":
    case "never-seen":
      return undefined;
  }
}
