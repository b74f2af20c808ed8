import type { Log } from "@breakwater/platform";
import type { JobId, JobRejection, JobResult, Permission } from "@breakwater/protocol";
import type { z } from "zod";
import type { Actor } from "../audit.ts";
import type { Tx } from "../database.ts";

export type JobRejected = Omit<JobRejection, "remedy"> & { remedy?: string };

/** What the work of a job is given. It may begin anew at its checkpoint, in any process, at any time. */
export type JobRun<Params, Checkpoint> = {
  id: JobId;
  /** For audit records of what the job does. */
  by: Actor;
  params: Params;
  /** What was saved last; null at the first beginning. */
  checkpoint: Checkpoint | null;
  /** Aborted when the job is cancelled, taken over or interrupted: throw, and do nothing more. */
  signal: AbortSignal;
  log: Log;
  /** Length of the upload; 0 without one. */
  inputBytes: number;
  /** The upload from an offset in bytes. */
  input: (from?: number) => AsyncIterable<Buffer>;
  /** Notes something that was not taken. Stored with the next checkpoint, or at the end. */
  reject: (rejected: JobRejected) => void;
  /** Cheap: shown every other second at most. */
  progress: (done: number, total?: number | null, note?: string) => void;
  /**
   * Makes what `tx` did, the checkpoint and the rejections so far one: all are committed, or none. Throws
   * when the job was cancelled or belongs to another process now, and must then roll back. Call it once,
   * last in the transaction, and let the run fail when the commit does.
   */
  saveCheckpoint: (tx: Tx, checkpoint: Checkpoint) => Promise<void>;
};

export type UndoneJob<Checkpoint> = {
  id: JobId;
  checkpoint: Checkpoint | null;
  result: JobResult | null;
};

/** Attempts altogether, with growing pauses between them. Only failures that may pass are repeated. */
export type JobRetry = { attempts: number };

/**
 * One kind of job. `params`, `checkpoint` and `result` are stored as JSON and read through these
 * schemas, so a new version must still read what an old one wrote. They hold no secrets.
 */
export type JobDefinition<
  P extends z.ZodType,
  C extends z.ZodType,
  R extends z.ZodType<JobResult>,
> = {
  kind: string;
  /** Needed to cancel and undo, beside `jobs:write`. */
  permission: Permission;
  params: P;
  checkpoint: C;
  result: R;
  /** What progress counts, e.g. `lines`. */
  unit: string;
  title: (params: z.output<P>) => string;
  /** Jobs of the same key run one at a time: starting another answers the live one. */
  key?: (params: z.output<P>) => string;
  /** Rests on the checkpoint alone: it may be called again after the last one. */
  run: (run: JobRun<z.output<P>, z.output<C>>) => Promise<z.output<R>>;
  undo?: {
    /** How long after the end it is offered. */
    withinMs: number;
    /** Runs as a job of its own, with the same parameters and checkpoints of its own. */
    run: (
      run: JobRun<z.output<P>, z.output<C>>,
      undone: UndoneJob<z.output<C>>,
    ) => Promise<z.output<R>>;
  };
  retry?: JobRetry;
};

/** A kind as the runner knows it: everything that is stored is still to be checked. */
export type AnyJobKind = {
  kind: string;
  permission: Permission;
  unit: string;
  retry: JobRetry | undefined;
  undoWithinMs: number | undefined;
  run: (run: JobRun<unknown, unknown>) => Promise<JobResult>;
  undo: (run: JobRun<unknown, unknown>, undone: UndoneJob<unknown>) => Promise<JobResult>;
};

/** A kind as whoever starts its jobs knows it. */
export type JobKind<Params> = AnyJobKind & {
  describe: (params: Params) => { title: string; key: string | null };
};

export type JobKinds = ReadonlyMap<string, AnyJobKind>;

export function jobKindsOf(kinds: readonly AnyJobKind[]): JobKinds {
  const byName = new Map(kinds.map((one) => [one.kind, one]));
  if (byName.size < kinds.length) throw new Error("two job kinds have the same name");
  return byName;
}

/** Checks with a kind's schemas what it is given and what it answers. */
export function defineJobKind<
  P extends z.ZodType,
  C extends z.ZodType,
  R extends z.ZodType<JobResult>,
>(definition: JobDefinition<P, C, R>): JobKind<z.output<P>> {
  const { kind, permission, unit, retry, undo, params, checkpoint, result } = definition;
  const readCheckpoint = (value: unknown) => (value === null ? null : checkpoint.parse(value));
  const read = (run: JobRun<unknown, unknown>) => ({
    ...run,
    params: params.parse(run.params),
    checkpoint: readCheckpoint(run.checkpoint),
  });
  return {
    kind,
    permission,
    unit,
    retry,
    undoWithinMs: undo?.withinMs,
    describe: (given) => ({
      title: definition.title(given),
      key: definition.key?.(given) ?? null,
    }),
    run: async (run) => result.parse(await definition.run(read(run))),
    undo: async (run, undone) => {
      if (undo === undefined) throw new Error(`jobs of the kind ${kind} cannot be undone`);
      const original = { ...undone, checkpoint: readCheckpoint(undone.checkpoint) };
      return result.parse(await undo.run(read(run), original));
    },
  };
}
