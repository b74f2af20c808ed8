import { randomBytes } from "node:crypto";
import { type Log, PollLoop } from "@breakwater/platform";
import { BatchAnswer, messageOf, type StoredEvent } from "@breakwater/protocol";
import type { Db } from "../database.ts";
import { eventsAfter } from "../events/index.ts";
import { type HubClient, HubRefusal } from "./hub-client.ts";
import { sharedDetection } from "./shared-detection.ts";
import { loadSharing, type SharingCursor, saveSharing } from "./store.ts";

const BATCH = 500;
const POLL_MS = 2_000;

export type EventSharingOptions = {
  db: Db;
  hub: HubClient;
  log: Log;
  /** Name of this SMS in the hub's events. */
  product: string;
  now: () => Date;
  onChange: () => void;
  onRefused: (error: HubRefusal) => void;
};

export type SharingState = {
  /** Everything stored has been sent, as far as the last run saw. */
  upToDate: boolean;
  lastSuccess: Date | null;
  problem: { time: Date; message: string } | null;
  /** Time of the oldest event not sent yet. */
  oldest: Date | null;
};

/**
 * Sends events in the order of their ids. Positions count what was sent, without gaps; the cursor
 * moves only after the hub has said that it stored them, so a lost answer repeats a batch and the hub
 * recognises it.
 */
export class EventSharing {
  readonly #options: EventSharingOptions;
  readonly #loop: PollLoop;
  state: SharingState = { upToDate: false, lastSuccess: null, problem: null, oldest: null };

  constructor(options: EventSharingOptions) {
    this.#options = options;
    this.#loop = new PollLoop({
      name: "event-sharing",
      intervalMs: POLL_MS,
      log: options.log,
      run: (signal) => this.#run(signal),
    });
  }

  start(): this {
    this.#loop.start();
    return this;
  }

  wake(): void {
    this.#loop.wake();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted && (await this.#sendBatch(signal)));
      if (signal.aborted) return;
      const { now } = this.#options;
      this.#become({ upToDate: true, lastSuccess: now(), problem: null, oldest: null });
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof HubRefusal) return this.#options.onRefused(error);
      const problem = { time: this.#options.now(), message: messageOf(error) };
      this.#become({ ...this.state, upToDate: false, problem });
    }
  }

  #become(state: SharingState): void {
    const before = this.state;
    this.state = state;
    const same =
      before.upToDate === state.upToDate && before.problem?.message === state.problem?.message;
    if (!same) this.#options.onChange();
  }

  /** False when there is nothing (more) to send. */
  async #sendBatch(signal: AbortSignal): Promise<boolean> {
    const { db, hub, product } = this.#options;
    const cursor = (await loadSharing(db)) ?? newCursor(0);
    const events = await eventsAfter(db, cursor.lastEvent, BATCH);
    const [first] = events;
    if (first === undefined) return false;
    this.state = { ...this.state, upToDate: false, oldest: new Date(first.received) };
    const records = events.map((event, at) => ({
      seq: cursor.next + at,
      record: sharedDetection(event, product),
    }));
    const body = { epoch: cursor.epoch, records };
    const { value } = await hub.request("POST", "/product/v1/detections", BatchAnswer, {
      body,
      signal,
    });
    await saveSharing(db, movedCursor(cursor, events, value.next));
    return true;
  }
}

/** Where to go on after the hub said which position it wants next. */
export function movedCursor(
  cursor: SharingCursor,
  events: readonly StoredEvent[],
  next: number,
): SharingCursor {
  // It lost positions that it had acknowledged (a restored backup): they begin a new life.
  if (next < cursor.next) return newCursor(cursor.lastEvent);
  const taken = Math.min(next - cursor.next, events.length);
  const last = events[taken - 1];
  if (last === undefined) throw new Error("the hub stored nothing of a batch of events");
  return { epoch: cursor.epoch, next: cursor.next + taken, lastEvent: Number(last.id) };
}

/** A stream of positions of its own for every enrolment. */
export function newCursor(lastEvent: number): SharingCursor {
  return { epoch: randomBytes(8).toString("hex"), next: 0, lastEvent };
}
