import { randomUUID } from "node:crypto";
import { PollLoop } from "@breakwater/platform";
import type { DistributionTargetId } from "@breakwater/protocol";
import { type DeliveryOptions, deliver } from "./deliver.ts";
import { purgeDeleted } from "./sent-store.ts";
import { giveUpLead, readDueTargets, type TargetRow, takeLead } from "./target-store.ts";

const LOOK_MS = 1000;
const LEAD_SECONDS = 15;
const RENEW_MS = 5000;
const TARGETS_AT_A_TIME = 4;
const DAY_MS = 86_400_000;

export type DistributorOptions = DeliveryOptions & {
  /** Deletions stay in the list of what was sent this long. */
  keepDays: number;
};

/**
 * Sends to all targets, a few at a time; of several hub processes one does, the others stand by.
 * Everything it knows is in the database, so it goes on after a crash where it was.
 */
export class Distributor {
  readonly #options: DistributorOptions;
  readonly #owner = randomUUID();
  readonly #running = new Map<
    DistributionTargetId,
    { abort: AbortController; done: Promise<void> }
  >();
  readonly #loop: PollLoop;
  #renewAt = 0;
  #purgeAt = 0;

  constructor(options: DistributorOptions) {
    this.#options = options;
    this.#loop = new PollLoop({
      name: "object distribution",
      intervalMs: LOOK_MS,
      log: options.log,
      run: (signal) => this.#look(signal),
    });
  }

  start(): this {
    this.#loop.start();
    return this;
  }

  /** The list or a target has changed; returns at once. */
  wake(): void {
    this.#loop.wake();
  }

  /** The target's settings changed: what is under way with the old ones ends. */
  interrupt(id: DistributionTargetId): void {
    this.#running.get(id)?.abort.abort();
    this.wake();
  }

  async stop(): Promise<void> {
    this.#cutOff();
    await this.#loop.stop();
    this.#cutOff();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    await giveUpLead(this.#options.db, this.#owner).catch(() => undefined);
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { db, clock } = this.#options;
    const due = await readDueTargets(db, clock.now());
    if ((this.#running.size === 0 && due.length === 0) || !(await this.#lead())) return;
    await this.#purge(clock.now().getTime());
    for (const target of due) {
      if (signal.aborted || this.#running.size >= TARGETS_AT_A_TIME) return;
      if (!this.#running.has(target.id)) this.#begin(target);
    }
  }

  #begin(target: TargetRow): void {
    const abort = new AbortController();
    const done = deliver(this.#options, target, abort.signal)
      .catch((error: unknown) => {
        // Only the database can fail here; the next look comes in a second.
        this.#options.log.error({ err: error, target: target.id }, "object distribution failed");
      })
      // No wake: the next look is a second away, so that a database that is down is not pressed.
      .finally(() => this.#running.delete(target.id));
    this.#running.set(target.id, { abort, done });
  }

  /** False, and whatever runs is cut off, when another process has the role. */
  async #lead(): Promise<boolean> {
    const now = performance.now();
    if (now < this.#renewAt) return true;
    const leads = await takeLead(this.#options.db, this.#owner, LEAD_SECONDS).catch(
      (error: unknown) => {
        this.#cutOff();
        throw error;
      },
    );
    this.#renewAt = leads ? now + RENEW_MS : 0;
    if (!leads) this.#cutOff();
    return leads;
  }

  #cutOff(): void {
    for (const { abort } of this.#running.values()) abort.abort();
  }

  async #purge(now: number): Promise<void> {
    if (now < this.#purgeAt) return;
    this.#purgeAt = now + DAY_MS / 24;
    await purgeDeleted(this.#options.db, new Date(now - this.#options.keepDays * DAY_MS));
  }
}
