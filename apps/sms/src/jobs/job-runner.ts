import { PollLoop, sleep } from "@breakwater/platform";
import { claimJob } from "./claim-job.ts";
import { HeldJob } from "./held-job.ts";
import type { JobKinds } from "./job-kind.ts";
import { type RunDeps, runJob } from "./run-job.ts";

/** Jobs that one process works on at a time. */
const SLOTS = 2;
/** Notices make a start quick; polling makes it certain. */
const POLL_MS = 2_000;
/** What has not stopped by then is left to its lease. */
const STOP_MS = 10_000;

export type JobRunnerOptions = RunDeps & { kinds: JobKinds };

/** Claims jobs and works on them, a few at a time. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #running = new Map<HeldJob, Promise<void>>();
  readonly #poll: PollLoop;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#poll = new PollLoop({
      name: "jobs",
      intervalMs: POLL_MS,
      log: options.log,
      run: (signal) => this.#fill(signal),
    });
  }

  start(): this {
    this.#poll.start();
    return this;
  }

  /** Something was started, cancelled or has ended. */
  wake(): void {
    this.#poll.wake();
    for (const held of this.#running.keys()) held.look();
  }

  /** Hands every job over to whoever goes on with it, from its last checkpoint. */
  async stop(): Promise<void> {
    await this.#poll.stop();
    for (const held of this.#running.keys()) held.interrupt("stopping");
    await Promise.race([Promise.all(this.#running.values()), sleep(STOP_MS)]);
  }

  async #fill(signal: AbortSignal): Promise<void> {
    while (this.#running.size < SLOTS && !signal.aborted) {
      const owner = crypto.randomUUID();
      const row = await claimJob(this.#options, owner);
      const kind = row === undefined ? undefined : this.#options.kinds.get(row.kind);
      if (row === undefined || kind === undefined) return;
      const held = new HeldJob({ ...this.#options, row, owner });
      this.#running.set(held, this.#run(held, runJob(this.#options, kind, { row, owner, held })));
    }
  }

  async #run(held: HeldJob, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#options.log.error({ err: error, job: held.id }, "cannot store how a job ended");
    }
    this.#running.delete(held);
    this.#poll.wake();
  }
}
