import { z } from "zod";
import type { Api } from "../http-api/endpoint.ts";
import { PageQuery, pageOf, Timestamp } from "../http-api/paging.ts";
import { JobId } from "../ids.ts";

export const JobState = z.enum(["queued", "running", "succeeded", "failed", "cancelled"]);
export type JobState = z.infer<typeof JobState>;

export const JobProgress = z.object({
  done: z.number().int(),
  /** Null while nobody knows. */
  total: z.number().int().nullable(),
  /** What is counted, e.g. `lines`. */
  unit: z.string(),
  /** What is going on, in a few words. */
  note: z.string(),
});
export type JobProgress = z.infer<typeof JobProgress>;

export const JobError = z.object({
  message: z.string(),
  remedy: z.string().optional(),
  /** Names the failure in the log. */
  requestId: z.string(),
});
export type JobError = z.infer<typeof JobError>;

/** Figures and short texts to show, by name. */
export const JobResult = z.record(z.string(), z.union([z.number(), z.string()]));
export type JobResult = z.infer<typeof JobResult>;

/** Work that takes longer than a request. It goes on when the server restarts. */
export const Job = z.object({
  id: JobId,
  kind: z.string(),
  title: z.string(),
  state: JobState,
  progress: JobProgress,
  created: Timestamp,
  createdBy: z.string(),
  started: Timestamp.nullable(),
  finished: Timestamp.nullable(),
  /** While a failed attempt waits for the next one: when that comes. */
  nextAttempt: Timestamp.nullable(),
  result: JobResult.nullable(),
  /** Why it failed, or why the last attempt did. */
  error: JobError.nullable(),
  /** How much of its input was not taken. */
  rejections: z.number().int(),
  cancelRequested: Timestamp.nullable(),
  canCancel: z.boolean(),
  canUndo: z.boolean(),
  undoUntil: Timestamp.nullable(),
  /** The job that this one takes back. */
  undoOf: JobId.nullable(),
  /** The job that takes this one back, or has. */
  undoneBy: JobId.nullable(),
});
export type Job = z.infer<typeof Job>;

export const JobRejection = z.object({
  line: z.number().int(),
  value: z.string(),
  reason: z.string(),
  remedy: z.string(),
});
export type JobRejection = z.infer<typeof JobRejection>;

const OneJob = z.strictObject({ id: JobId });

export const jobsApi = {
  "GET /api/v1/jobs": {
    summary: "Jobs, newest first",
    permission: "jobs:read",
    query: PageQuery.extend({
      kind: z.string().max(100).optional(),
      state: JobState.optional(),
    }),
    response: pageOf(Job),
  },
  "GET /api/v1/jobs/{id}": {
    summary: "One job",
    permission: "jobs:read",
    params: OneJob,
    response: Job,
  },
  "POST /api/v1/jobs/{id}/cancel": {
    summary: "Cancel a job; what it has done so far stays",
    permission: "jobs:write",
    params: OneJob,
    response: Job,
  },
  "POST /api/v1/jobs/{id}/undo": {
    summary: "Take back what a job did, as a new job",
    permission: "jobs:write",
    params: OneJob,
    status: 201,
    response: Job,
  },
  "GET /api/v1/jobs/{id}/rejections": {
    summary: "What a job did not take of its input, and why; only the first ones are kept",
    permission: "jobs:read",
    params: OneJob,
    query: PageQuery,
    response: pageOf(JobRejection),
  },
  "GET /api/v1/jobs/{id}/rejections.csv": {
    summary: "What a job did not take of its input, as a file",
    permission: "jobs:read",
    params: OneJob,
    produces: "csv",
    response: JobRejection,
  },
} as const satisfies Api;
