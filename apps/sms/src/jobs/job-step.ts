import type { JobState } from "@breakwater/protocol";

/**
 * The life of a job.
 *
 *              claim                  succeed
 *     queued ────────▶ running ────────────────▶ succeeded
 *      │  ▲             │ │ │ │       fail
 *      │  │   release,  │ │ │ └────────────────▶ failed
 *      │  └─────────────┘ │ │
 *      │      retry       │ └─ claim of a lapsed lease ─▶ running (another owner), or
 *      │                  │      failed: too often in a row, cancelled: was asked for
 *      │     cancel       │  stop
 *      └──────────────────┴────────────────────▶ cancelled
 *
 * Every claim has an owner of its own, so that whoever lost a lease can change nothing any more. A lease
 * that lapsed stays its owner's until another one claims the job.
 */
export type JobLife = {
  state: JobState;
  /** Milliseconds since 1970, as all times here. */
  runAfter: number;
  /** Of a running job. */
  lease: { owner: string; until: number } | null;
  cancelRequested: boolean;
  /** Attempts that failed. */
  attempts: number;
  /** Leases in a row that lapsed without a checkpoint in between. */
  takeovers: number;
};

export type JobStepInput =
  | { type: "claim"; owner: string; now: number }
  | { type: "renew"; owner: string; now: number }
  /** A checkpoint is about to be committed. */
  | { type: "save"; owner: string }
  | { type: "succeed"; owner: string }
  /** With `retryAt` there is another attempt. */
  | { type: "fail"; owner: string; retryAt: number | null }
  /** The work ended because it was asked to. */
  | { type: "stop"; owner: string }
  /** The process shuts down: any other one may go on at once. */
  | { type: "release"; owner: string; now: number }
  | { type: "cancel" };

export const LEASE_MS = 20_000;
/** A job that ends its process every time must not do so for ever. */
export const MOST_TAKEOVERS = 5;

export const NEW_JOB: Omit<JobLife, "runAfter"> = {
  state: "queued",
  lease: null,
  cancelRequested: false,
  attempts: 0,
  takeovers: 0,
};

/** The life after `input`; undefined when it does not apply, and so changes nothing. */
export function stepJob(life: JobLife, input: JobStepInput): JobLife | undefined {
  switch (input.type) {
    case "claim":
      return claim(life, input);
    case "cancel":
      return cancel(life);
    case "renew":
      return isHeldBy(life, input.owner) ? { ...life, lease: leaseOf(input) } : undefined;
    case "save":
      return isHeldBy(life, input.owner) ? { ...life, takeovers: 0 } : undefined;
    case "succeed":
      return isHeldBy(life, input.owner) ? ended(life, "succeeded") : undefined;
    case "stop":
      return isHeldBy(life, input.owner) ? ended(life, "cancelled") : undefined;
    case "fail":
      return isHeldBy(life, input.owner) ? failed(life, input.retryAt) : undefined;
    case "release":
      return isHeldBy(life, input.owner) ? released(life, input.now) : undefined;
  }
}

function claim(life: JobLife, input: { owner: string; now: number }): JobLife | undefined {
  switch (life.state) {
    case "queued":
      if (life.runAfter > input.now) return undefined;
      return { ...life, state: "running", lease: leaseOf(input) };
    case "running":
      if (life.lease !== null && life.lease.until > input.now) return undefined;
      if (life.cancelRequested) return ended(life, "cancelled");
      if (life.takeovers >= MOST_TAKEOVERS) return ended(life, "failed");
      return { ...life, lease: leaseOf(input), takeovers: life.takeovers + 1 };
    case "succeeded":
    case "failed":
    case "cancelled":
      return undefined;
  }
}

function cancel(life: JobLife): JobLife | undefined {
  if (life.state === "queued") return ended({ ...life, cancelRequested: true }, "cancelled");
  return life.state === "running" ? { ...life, cancelRequested: true } : undefined;
}

function failed(life: JobLife, retryAt: number | null): JobLife {
  const attempts = life.attempts + 1;
  if (life.cancelRequested) return ended({ ...life, attempts }, "cancelled");
  if (retryAt === null) return ended({ ...life, attempts }, "failed");
  return { ...life, state: "queued", lease: null, runAfter: retryAt, attempts };
}

function released(life: JobLife, now: number): JobLife {
  if (life.cancelRequested) return ended(life, "cancelled");
  return { ...life, state: "queued", lease: null, runAfter: now };
}

function ended(life: JobLife, state: "succeeded" | "failed" | "cancelled"): JobLife {
  return { ...life, state, lease: null };
}

function isHeldBy({ state, lease }: JobLife, owner: string): boolean {
  return state === "running" && lease?.owner === owner;
}

function leaseOf({ owner, now }: { owner: string; now: number }) {
  return { owner, until: now + LEASE_MS };
}
