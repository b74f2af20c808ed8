import { type Clock, type Log, PollLoop } from "@breakwater/platform";
import { transaction, withRetry } from "@breakwater/postgres";
import type { JobId, JobProgress, JobRejection } from "@breakwater/protocol";
import type { Db, Tx } from "../database.ts";
import { changeJob, type JobChange } from "./change-job.ts";
import type { JobRejected } from "./job-kind.ts";
import { LEASE_MS } from "./job-step.ts";
import { addRejections, MOST_REJECTIONS } from "./rejection-store.ts";
import { type JobRow, saveCheckpoint, saveProgress } from "./store.ts";

/** Also how soon a cancel is noticed at the latest, and how often progress is stored. */
const BEAT_MS = 1_500;
const LONGEST_VALUE = 500;

export type Interruption = "cancelled" | "lost" | "stopping";

/** Why the work of a job was to end. */
export class JobInterrupted extends Error {
  readonly why: Interruption;

  constructor(why: Interruption) {
    super(`the job was interrupted: ${why}`);
    this.name = "JobInterrupted";
    this.why = why;
  }
}

type HeldJobOptions = { db: Db; clock: Clock; log: Log; row: JobRow; owner: string };

/**
 * A job whose lease this process holds: keeps the lease, notices a cancel, and stores what the work has
 * to say. Nothing is stored any more once the lease is another one's.
 */
export class HeldJob {
  readonly id: JobId;
  readonly #options: HeldJobOptions;
  readonly #abort = new AbortController();
  readonly #beat: PollLoop;
  #interruption: Interruption | undefined;
  #until: number;
  #progress: JobProgress;
  #progressStored = true;
  #noted: { count: number; first: JobRejection[] } = { count: 0, first: [] };

  constructor(options: HeldJobOptions) {
    this.id = options.row.id;
    this.#options = options;
    this.#progress = options.row.progress;
    this.#until = options.clock.now().getTime() + LEASE_MS;
    this.#beat = new PollLoop({
      name: "job-lease",
      intervalMs: BEAT_MS,
      log: options.log,
      run: () => this.#renew(),
    }).start();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get interruption(): Interruption | undefined {
    return this.#interruption;
  }

  /** Somebody may have cancelled it. */
  look(): void {
    this.#beat.wake();
  }

  interrupt(why: Interruption): void {
    this.#interruption ??= why;
    this.#abort.abort(new JobInterrupted(why));
  }

  note(done: number, total: number | null | undefined, note: string | undefined): void {
    const { unit, ...before } = this.#progress;
    this.#progress = {
      unit,
      done,
      total: total === undefined ? before.total : total,
      note: note ?? before.note,
    };
    this.#progressStored = false;
  }

  reject({ line, value, reason, remedy = "" }: JobRejected): void {
    this.#noted.count += 1;
    if (this.#noted.first.length >= MOST_REJECTIONS) return;
    this.#noted.first.push({ line, value: value.slice(0, LONGEST_VALUE), reason, remedy });
  }

  /** Throws {@link JobInterrupted} when the work is to end, now or from before. */
  async saveCheckpoint(tx: Tx, checkpoint: unknown): Promise<void> {
    this.signal.throwIfAborted();
    const { owner, clock } = this.#options;
    const input = { type: "save", owner } as const;
    const life = await changeJob(tx, this.id, { input, now: clock.now() });
    if (life === undefined) this.interrupt("lost");
    if (life?.cancelRequested) this.interrupt("cancelled");
    this.signal.throwIfAborted();
    await saveCheckpoint(tx, this.id, checkpoint);
    await this.#storeNotes(tx);
  }

  /** Ends the holding, with the last notes. False: the job is another one's. */
  async end(change: JobChange): Promise<boolean> {
    await this.#beat.stop();
    return withRetry(() =>
      transaction(this.#options.db, async (tx) => {
        if ((await changeJob(tx, this.id, change)) === undefined) return false;
        await this.#storeNotes(tx);
        return true;
      }),
    );
  }

  /** Without a word to the database, which will learn it when the lease lapses. */
  async drop(): Promise<void> {
    await this.#beat.stop();
  }

  async #storeNotes(tx: Tx): Promise<void> {
    const noted = this.#noted;
    this.#noted = { count: 0, first: [] };
    await addRejections(tx, this.id, noted);
    await this.#storeProgress(tx);
  }

  async #storeProgress(tx: Tx): Promise<void> {
    if (this.#progressStored) return;
    this.#progressStored = true;
    await saveProgress(tx, this.id, this.#progress);
  }

  async #renew(): Promise<void> {
    const { db, clock, owner } = this.#options;
    const now = clock.now();
    try {
      const life = await transaction(db, async (tx) => {
        const input = { type: "renew", owner, now: now.getTime() } as const;
        const next = await changeJob(tx, this.id, { input, now });
        if (next !== undefined) await this.#storeProgress(tx);
        return next;
      });
      if (life === undefined) return this.interrupt("lost");
      this.#until = life.lease?.until ?? this.#until;
      if (life.cancelRequested) this.interrupt("cancelled");
    } catch (error) {
      // Somebody else may hold it by now.
      if (clock.now().getTime() >= this.#until) this.interrupt("lost");
      throw error;
    }
  }
}
