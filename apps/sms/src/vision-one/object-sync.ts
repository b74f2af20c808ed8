import { type Log, sleep } from "@breakwater/platform";
import {
  type FeedPosition,
  messageOf,
  ObjectChanges,
  ObjectPage,
  ObjectStreamLine,
  STREAM_SILENCE_MS,
} from "@breakwater/protocol";
import { applyFeedChanges, type ObjectDeps, stagePage, sweepObjects } from "./apply-objects.ts";
import { type HubClient, HubError, HubRefusal } from "./hub-client.ts";
import type { SyncEffect, SyncInput, SyncState } from "./sync-state.ts";
import { initialSync, syncStep } from "./sync-step.ts";

export type ObjectSyncOptions = {
  hub: HubClient;
  objects: ObjectDeps;
  local: FeedPosition | null;
  log: Log;
  random: () => number;
  /** The fall-back poll, for what the push stream does not bring. */
  pollSeconds: number;
  /** State or position changed. */
  onChange: () => void;
  /** The push stream ended: the link is to be opened again. */
  onEnd: (error: unknown) => void;
};

/** Drives `syncStep` over a push stream and requests until `stop`; made anew for each link. */
export class ObjectSync {
  readonly #options: ObjectSyncOptions;
  readonly #abort = new AbortController();
  #state: SyncState;
  /** One effect at a time. */
  #work: Promise<void> = Promise.resolve();
  #poll: NodeJS.Timeout | undefined;

  constructor(options: ObjectSyncOptions) {
    this.#options = options;
    this.#state = initialSync(options.local);
  }

  get state(): SyncState {
    return this.#state;
  }

  start(): this {
    this.#feed({ kind: "opened" });
    void this.#stream();
    const ms = this.#options.pollSeconds * 1000;
    this.#poll = setInterval(() => this.#feed({ kind: "poll" }), ms);
    this.#poll.unref();
    return this;
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    clearInterval(this.#poll);
    this.#abort.abort();
    this.#state = syncStep(this.#state, { kind: "closed" }).state;
    await this.#work;
  }

  async #stream(): Promise<void> {
    const { hub, onEnd } = this.#options;
    const { signal } = this.#abort;
    const { local } = this.#state;
    const from = local === null ? "" : `?epoch=${local.epoch}&revision=${local.revision}`;
    try {
      await hub.lines(`/product/v1/objects/stream${from}`, {
        signal,
        silenceMs: STREAM_SILENCE_MS,
        onLine: (line) => this.#onLine(ObjectStreamLine.parse(line)),
      });
      if (!signal.aborted) onEnd(new Error("The hub ended the push stream."));
    } catch (error) {
      if (!signal.aborted) onEnd(error);
    }
  }

  #onLine(line: ObjectStreamLine): void {
    switch (line.t) {
      case "hello":
      case "resync":
        return this.#feed({ kind: "position", position: line.position });
      case "changes": {
        const { from, changes, position } = line;
        return this.#feed({ kind: "changes", from, changes, position });
      }
      case "heartbeat":
        return;
    }
  }

  #feed(input: SyncInput): void {
    if (this.#abort.signal.aborted) return;
    const { state, effects } = syncStep(this.#state, input);
    this.#state = state;
    for (const effect of effects) {
      this.#work = this.#work.then(() => this.#run(effect));
    }
    this.#options.onChange();
  }

  async #run(effect: SyncEffect): Promise<void> {
    if (this.#abort.signal.aborted) return;
    try {
      this.#later(await this.#perform(effect));
    } catch (error) {
      if (error instanceof HubRefusal) return this.#options.onEnd(error);
      if (error instanceof HubError && (error.status === 412 || error.status === 410)) {
        return this.#later({ kind: "stale" });
      }
      if (!this.#abort.signal.aborted) {
        this.#options.log.warn({ err: error }, "object sync failed");
      }
      const jitter = this.#options.random();
      this.#later({ kind: "failed", problem: messageOf(error), jitter });
    }
  }

  /** After the effect under way has ended, so that effects never overlap. */
  #later(input: SyncInput): void {
    queueMicrotask(() => this.#feed(input));
  }

  async #perform(effect: SyncEffect): Promise<SyncInput> {
    const { hub, objects } = this.#options;
    const { signal } = this.#abort;
    switch (effect.kind) {
      case "fetch-changes": {
        const path = `/product/v1/objects/changes?since=${effect.since}`;
        const { value } = await hub.request("GET", path, ObjectChanges, { signal });
        return { kind: "fetched", ...value };
      }
      case "fetch-page": {
        const cursor =
          effect.cursor === undefined ? "" : `?cursor=${encodeURIComponent(effect.cursor)}`;
        const path = `/product/v1/objects${cursor}`;
        const { value } = await hub.request("GET", path, ObjectPage, { signal });
        return {
          kind: "page",
          items: value.items,
          next: value.nextCursor,
          position: value.position,
        };
      }
      case "stage":
        await stagePage(objects, effect.items, effect.first);
        return { kind: "staged", next: effect.next };
      case "apply":
        return { kind: "applied", local: await applyFeedChanges(objects, effect.changes, effect) };
      case "sweep":
        return { kind: "applied", local: await sweepObjects(objects, effect.position) };
      case "wait":
        await sleep(effect.ms, signal);
        return { kind: "retry" };
    }
  }
}
