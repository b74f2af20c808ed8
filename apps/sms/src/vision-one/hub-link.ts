import { type Clock, type Log, PollLoop } from "@breakwater/platform";
import {
  type ConnectionSettings,
  messageOf,
  type ProductStatus,
  type StreamStatus,
} from "@breakwater/protocol";
import { z } from "zod";
import type { Db } from "../database.ts";
import type { ObjectDeps } from "./apply-objects.ts";
import { EventSharing } from "./event-sharing.ts";
import { type HubClient, HubRefusal } from "./hub-client.ts";
import { ObjectSync } from "./object-sync.ts";
import { loadFeed } from "./store.ts";
import { nextTimes, type SyncTimes, sharingStatus, syncStatus } from "./stream-status.ts";

const STATUS_MS = 30_000;
/** Several changes in a row are told once. */
const CHANGE_MS = 500;

export type HubLinkOptions = {
  hub: HubClient;
  db: Db;
  clock: Clock;
  log: Log;
  random: () => number;
  objects: ObjectDeps;
  settings: ConnectionSettings;
  /** Name of this SMS. */
  product: string;
  /** What else the status says. */
  facts: () => Promise<Pick<ProductStatus, "version" | "certificateExpires" | "devices">>;
  onServerTime: (time: number) => void;
  /** Streams that do not work although the link is up. */
  onStreams: (failing: readonly string[]) => void;
  onDown: (problem: string) => void;
  onRefused: (problem: string) => void;
};

const StatusAnswer = z.object({ time: z.iso.datetime() });

/** One link to the hub while it is up: status, object sync and event sharing. */
export class HubLink {
  readonly #options: HubLinkOptions;
  readonly #status: PollLoop;
  #settings: ConnectionSettings;
  #sync: ObjectSync | undefined;
  #sharing: EventSharing | undefined;
  #syncTimes: SyncTimes = { inSync: null, problem: null };
  #changed: NodeJS.Timeout | undefined;
  #over = false;

  constructor(options: HubLinkOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#status = new PollLoop({
      name: "product-status",
      intervalMs: STATUS_MS,
      log: options.log,
      run: () => this.#post(),
    });
  }

  /** Throws when the hub cannot be reached or refuses; afterwards the link is up. */
  async open(): Promise<void> {
    await this.#postStatus();
    if (this.#over) return;
    await this.#startStreams();
    this.#status.start();
  }

  /** Starts and stops streams as the settings say now. */
  async configure(settings: ConnectionSettings): Promise<void> {
    this.#settings = settings;
    await this.#stopStreams();
    if (!this.#over) await this.#startStreams();
    this.#noteChange();
  }

  eventsStored(): void {
    this.#sharing?.wake();
  }

  async close(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#changed);
    this.#options.hub.close();
    await Promise.all([this.#stopStreams(), this.#status.stop()]);
  }

  streams(): StreamStatus[] {
    const { suspiciousObjectSync, eventAndFilterStatusSharing } = this.#settings;
    return [
      syncStatus(suspiciousObjectSync.enabled, this.#sync?.state, this.#syncTimes, this.#now()),
      sharingStatus(eventAndFilterStatusSharing, this.#sharing?.state, this.#now()),
    ];
  }

  async #startStreams(): Promise<void> {
    const { hub, db, clock, log, random, objects, product } = this.#options;
    const { suspiciousObjectSync, eventAndFilterStatusSharing } = this.#settings;
    if (suspiciousObjectSync.enabled) {
      this.#sync = new ObjectSync({
        hub,
        objects,
        log,
        random,
        local: (await loadFeed(db))?.position ?? null,
        pollSeconds: suspiciousObjectSync.downloadIntervalSeconds,
        onChange: () => this.#noteChange(),
        onEnd: (error) => this.fail(error),
      }).start();
    }
    if (eventAndFilterStatusSharing) {
      this.#sharing = new EventSharing({
        db,
        hub,
        log,
        product,
        now: () => clock.now(),
        onChange: () => this.#noteChange(),
        onRefused: (error) => this.fail(error),
      }).start();
    }
  }

  async #stopStreams(): Promise<void> {
    const [sync, sharing] = [this.#sync, this.#sharing];
    this.#sync = undefined;
    this.#sharing = undefined;
    await Promise.all([sync?.stop(), sharing?.stop()]);
  }

  #noteChange(): void {
    if (this.#over) return;
    this.#syncTimes = nextTimes(this.#syncTimes, this.#sync?.state, this.#now());
    const streams = this.streams();
    this.#options.onStreams(
      streams.filter((one) => one.state === "failing").map((one) => one.name),
    );
    this.#changed ??= setTimeout(() => {
      this.#changed = undefined;
      this.#status.wake();
    }, CHANGE_MS).unref();
  }

  async #post(): Promise<void> {
    try {
      await this.#postStatus();
    } catch (error) {
      this.fail(error);
    }
  }

  async #postStatus(): Promise<void> {
    const { hub, product, facts, onServerTime, db } = this.#options;
    const position = (await loadFeed(db))?.position ?? null;
    const body: ProductStatus = {
      ...(await facts()),
      name: product,
      streams: this.streams(),
      synced: position === null ? null : { epoch: position.epoch, revision: position.revision },
    };
    const { value } = await hub.request("POST", "/product/v1/status", StatusAnswer, { body });
    onServerTime(Date.parse(value.time));
  }

  /** Reports the end of the link, once. */
  fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    if (error instanceof HubRefusal) this.#options.onRefused(error.message);
    else this.#options.onDown(messageOf(error));
  }

  #now(): Date {
    return this.#options.clock.now();
  }
}
