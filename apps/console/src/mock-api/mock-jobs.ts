import { type Job, JobId, type JobRejection } from "@breakwater/protocol";

/** A job as kept: how far it is follows from its age. */
export type MockJob = {
  job: Job;
  /** UNIX ms of the start; undefined once it has ended. */
  begun?: number | undefined;
  lasts: number;
  finish: () => Job["result"];
  undo?: (() => void) | undefined;
  rejections: JobRejection[];
};
export type NewJob = {
  kind: string;
  title: string;
  by: string;
  total: number;
  unit: string;
  lasts?: number;
  finish: () => Job["result"];
  undo?: () => void;
  rejections?: JobRejection[];
};

const DAY = 86_400_000;
const iso = (time: number) => new Date(time).toISOString();

/** Starts a job that takes `lasts` milliseconds and then does its work at once. */
export function startJob(jobs: MockJob[], spec: NewJob): Job {
  const now = Date.now();
  const rejections = spec.rejections ?? [];
  const job: Job = {
    id: JobId.parse(crypto.randomUUID()),
    kind: spec.kind,
    title: spec.title,
    state: "running",
    progress: { done: 0, total: spec.total, unit: spec.unit, note: "" },
    created: iso(now),
    createdBy: spec.by,
    started: iso(now),
    finished: null,
    nextAttempt: null,
    result: null,
    error: null,
    rejections: 0,
    cancelRequested: null,
    canCancel: true,
    canUndo: false,
    undoUntil: null,
    undoOf: null,
    undoneBy: null,
  };
  const { lasts = 1_500, finish, undo } = spec;
  jobs.unshift({ job, begun: now, lasts, finish, undo, rejections });
  return job;
}

/** The job as it is now; the first look after its end does its work. */
export function jobView(one: MockJob): Job {
  if (one.begun === undefined) return one.job;
  const share = (Date.now() - one.begun) / one.lasts;
  const total = one.job.progress.total ?? 0;
  if (share < 1) {
    one.job = { ...one.job, progress: { ...one.job.progress, done: Math.floor(share * total) } };
    return one.job;
  }
  one.begun = undefined;
  one.job = {
    ...one.job,
    state: "succeeded",
    progress: { ...one.job.progress, done: total },
    finished: iso(Date.now()),
    result: one.finish(),
    rejections: one.rejections.length,
    canCancel: false,
    canUndo: one.undo !== undefined,
    undoUntil: one.undo === undefined ? null : iso(Date.now() + 30 * DAY),
  };
  return one.job;
}

export function cancelJob(one: MockJob): Job {
  one.begun = undefined;
  one.job = { ...one.job, state: "cancelled", finished: iso(Date.now()), canCancel: false };
  return one.job;
}

/** A job that puts back what this one changed. */
export function undoJob(jobs: MockJob[], one: MockJob, by: string): Job {
  const started = startJob(jobs, {
    kind: one.job.kind,
    title: `Undo: ${one.job.title}`,
    by,
    total: one.job.progress.total ?? 0,
    unit: one.job.progress.unit,
    finish: () => {
      one.undo?.();
      return { restored: one.job.progress.total ?? 0 };
    },
  });
  const kept = jobs.find(({ job }) => job.id === started.id);
  if (kept !== undefined) kept.job = { ...kept.job, undoOf: one.job.id };
  one.job = { ...one.job, canUndo: false, undoneBy: started.id };
  return kept?.job ?? started;
}
