import type { DeviceHealth, DeviceReport } from "@breakwater/protocol";

const DAY = 86_400_000;
const LOW_DISK = 1024 ** 3;

export type HealthFacts = {
  now: number;
  connected: boolean;
  lastSeen: number | null;
  report: DeviceReport | null;
  certificateExpires: number;
  /** Version its set should be at, and the one it has acknowledged of that set. */
  set: { desired: number; acknowledged: number | null } | null;
  /** The bundle it should run is not the one it runs. */
  bundlePending: boolean;
};

export type Health = { health: DeviceHealth; reasons: string[] };

/** How a device is, and why. Failing: it does not protect. Degraded: it protects, not as it should. */
export function deviceHealth(facts: HealthFacts): Health {
  const { report, lastSeen } = facts;
  if (report === null || lastSeen === null) {
    return { health: "never-seen", reasons: ["It has enrolled but has not reported yet."] };
  }
  if (!facts.connected) {
    const since = new Date(lastSeen).toISOString();
    return {
      health: "offline",
      reasons: [`No connection since ${since}; it goes on enforcing what it has.`],
    };
  }
  const failing = failures(report);
  const degraded = weaknesses(facts, report);
  if (failing.length > 0) return { health: "failing", reasons: [...failing, ...degraded] };
  return { health: degraded.length > 0 ? "degraded" : "healthy", reasons: degraded };
}

function failures(report: DeviceReport): string[] {
  const why = report.engineMessage === undefined ? "" : `: ${report.engineMessage}`;
  switch (report.engine) {
    case "running":
      return [];
    case "starting":
      return [`The engine is starting${why}.`];
    case "stopped":
      return [`The engine is stopped${why}.`];
    case "failed":
      return [`The engine has failed${why}.`];
    case "bypassed":
      return [`Traffic passes without inspection${why}.`];
  }
}

function weaknesses(facts: HealthFacts, report: DeviceReport): string[] {
  const reasons = report.alarms.map((alarm) => alarm.message);
  const { set } = facts;
  if (set !== null && set.acknowledged !== set.desired) {
    reasons.push("It has not acknowledged the newest reputation set yet.");
  }
  if (report.activation?.failed === true) {
    reasons.push(
      `The last distribution failed: ${report.activation.message ?? "no reason given"}.`,
    );
  } else if (facts.bundlePending) {
    reasons.push("It does not run the distributed profile version yet.");
  }
  if (report.notInForce > 0) {
    reasons.push(`${report.notInForce} entries of its set are not in force in the engine.`);
  }
  if (report.spool.dropped > 0) {
    reasons.push(`${report.spool.dropped} events were dropped for want of space.`);
  }
  if (report.diskFreeBytes < LOW_DISK) reasons.push("Less than 1 GiB of disk space is free.");
  const daysLeft = Math.floor((facts.certificateExpires - facts.now) / DAY);
  if (daysLeft < 14) reasons.push(`Its certificate expires in ${Math.max(daysLeft, 0)} days.`);
  return reasons;
}
