import {
  createEstTransport,
  enrollWithToken,
  type IdentityStore,
  PkiError,
  parseToken,
} from "@breakwater/pki";
import type { Clock, Log } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import {
  AppError,
  type ConnectionSettings,
  messageOf,
  NoContent,
  type ProductStatus,
  type StreamStatus,
} from "@breakwater/protocol";
import type { Actor, Audit } from "../audit.ts";
import type { Db } from "../database.ts";
import type { ReputationDeps } from "../reputation/index.ts";
import {
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionState,
  type ConnectionTransition,
  connectionStep,
  isOnboarded,
  startConnection,
} from "./connection-step.ts";
import { newCursor } from "./event-sharing.ts";
import { HubClient } from "./hub-client.ts";
import { HubLink } from "./hub-link.ts";
import { sourceOf } from "./object-entry.ts";
import {
  forgetObjects,
  loadConnection,
  loadFeed,
  loadSharing,
  type StoredConnection,
  saveConnection,
  saveSharing,
} from "./store.ts";
import { unlinkedStreams } from "./stream-status.ts";

const GOODBYE_MS = 5_000;

export type VisionOneOptions = {
  db: Db;
  clock: Clock;
  log: Log;
  audit: Audit;
  random: () => number;
  reputation: ReputationDeps;
  identity: IdentityStore;
  /** Name of this SMS on the hub. */
  product: string;
  version: string;
  devices: () => Promise<number>;
  onServerTime: (time: number) => void;
};

/** Runs the connection to the hub: state machine, enrolment, link, and what is kept of it. */
export class VisionOne {
  readonly #options: VisionOneOptions;
  #stored: StoredConnection;
  #state: ConnectionState;
  #link: HubLink | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Effects run one after the other, in their order. */
  #work: Promise<void> = Promise.resolve();
  #enrolling: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  #stopped = false;

  private constructor(options: VisionOneOptions, stored: StoredConnection) {
    this.#options = options;
    this.#stored = stored;
    this.#state = startConnection({ phase: "not-connected", reason: null }, false).state;
  }

  static async open(options: VisionOneOptions): Promise<VisionOne> {
    const stored = await loadConnection(options.db);
    const one = new VisionOne(options, stored);
    one.#take(startConnection(stored, options.identity.current() !== undefined));
    return one;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get stored(): StoredConnection {
    return this.#stored;
  }

  get identity(): IdentityStore {
    return this.#options.identity;
  }

  streams(): StreamStatus[] {
    return this.#link?.streams() ?? unlinkedStreams(this.#state.phase, this.#stored.settings);
  }

  /** Enrols; resolves when the certificate is here. Throws PkiError with what to do. */
  async connect(token: string, by: Actor): Promise<void> {
    const parsed = parseToken(token, { kind: "sms" });
    if (!parsed.ok) throw new PkiError(parsed.error.code);
    if (this.#enrolling !== undefined) {
      throw new AppError("Conflict", "An enrolment is under way. Wait until it is over.");
    }
    const done = new Promise<void>((resolve, reject) => {
      this.#enrolling = { resolve, reject };
    });
    this.#feed({ kind: "connect", token });
    await done;
    await this.#record(by, "vision-one.connect", { hub: parsed.value.url });
  }

  async disconnect(by: Actor): Promise<void> {
    this.#feed({ kind: "disconnect" });
    await this.#work;
    await this.#record(by, "vision-one.disconnect", null);
  }

  async saveSettings(settings: ConnectionSettings, by: Actor): Promise<void> {
    if (!this.isOnboarded) {
      throw new AppError(
        "Conflict",
        "There is no connection. Connect with an enrollment token first.",
      );
    }
    const before = this.#stored.settings;
    await this.#save({ settings });
    await this.#record(by, "vision-one.settings", settings, before);
    await this.#link?.configure(settings);
  }

  get isOnboarded(): boolean {
    return isOnboarded(this.#state);
  }

  /** Client for requests beside the link, e.g. to test the connection. */
  client(): HubClient | undefined {
    const url = this.#options.identity.current()?.meta.url;
    return url === undefined ? undefined : new HubClient(this.#options.identity, url);
  }

  eventsStored(): void {
    this.#link?.eventsStored();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#link?.close();
    await this.#work;
  }

  #feed(input: ConnectionInput): void {
    if (!this.#stopped) this.#take(connectionStep(this.#state, input));
  }

  #take({ state, effects }: ConnectionTransition): void {
    this.#state = state;
    for (const effect of effects) {
      this.#work = this.#work
        .then(() => this.#run(effect))
        .catch((error: unknown) => {
          this.#options.log.error({ err: error, effect: effect.kind }, "vision one connection");
        });
    }
  }

  async #run(effect: ConnectionEffect): Promise<void> {
    if (this.#stopped) return;
    switch (effect.kind) {
      case "enrol":
        return this.#enrol(effect.token);
      case "open":
        return this.#open(effect.attempt);
      case "close":
        clearTimeout(this.#timer);
        await this.#link?.close();
        this.#link = undefined;
        return;
      case "wait":
        this.#timer = setTimeout(
          () => this.#feed({ kind: "retry", attempt: effect.attempt }),
          effect.ms,
        );
        this.#timer.unref();
        return;
      case "save":
        return this.#save({ phase: effect.phase, reason: effect.reason });
      case "leave":
        return this.#leave();
    }
  }

  async #enrol(token: string): Promise<void> {
    const { identity: store, clock } = this.#options;
    const waiting = this.#enrolling;
    try {
      const now = () => clock.now().getTime();
      const transport = createEstTransport();
      const { meta } = await enrollWithToken({ token, kind: "sms", store, transport, now });
      await this.#prepareFor(meta.url);
      this.#stored = { ...this.#stored, hub_url: meta.url, enrolled: clock.now() };
      this.#feed({ kind: "enrolled" });
      waiting?.resolve();
    } catch (error) {
      this.#feed({ kind: "enrol-failed", problem: messageOf(error) });
      waiting?.reject(error);
    } finally {
      this.#enrolling = undefined;
    }
  }

  /** Another hub has another list. Events go on where they were, as a new numbered stream. */
  async #prepareFor(hubUrl: string): Promise<void> {
    await transaction(this.#options.db, async (tx) => {
      const feed = await loadFeed(tx);
      if (feed !== undefined && feed.source !== sourceOf(hubUrl)) await forgetObjects(tx);
      await saveSharing(tx, newCursor((await loadSharing(tx))?.lastEvent ?? 0));
    });
  }

  async #open(attempt: number): Promise<void> {
    const { db, clock, log, random, reputation, product } = this.#options;
    const hub = this.client();
    if (hub === undefined || attempt !== this.#state.attempt) return;
    const down = (problem: string) =>
      this.#feed({ kind: "link-down", attempt, problem, jitter: random() });
    const refused = (problem: string) => this.#feed({ kind: "link-refused", attempt, problem });
    const url = this.#options.identity.current()?.meta.url ?? "";
    const link = new HubLink({
      hub,
      db,
      clock,
      log,
      random,
      objects: { ...reputation, source: sourceOf(url) },
      settings: this.#stored.settings,
      product,
      facts: () => this.#facts(),
      onServerTime: this.#options.onServerTime,
      onStreams: (failing) => this.#feed({ kind: "streams", failing }),
      onDown: down,
      onRefused: refused,
    });
    this.#link = link;
    // Not awaited: a close that comes meanwhile must not wait for a hub that does not answer.
    link.open().then(
      () => this.#feed({ kind: "link-up", attempt }),
      (error: unknown) => link.fail(error),
    );
  }

  async #facts(): Promise<Pick<ProductStatus, "version" | "certificateExpires" | "devices">> {
    const { identity, version, devices } = this.#options;
    const notAfter = identity.current()?.meta.notAfter ?? 0;
    return {
      version,
      certificateExpires: new Date(notAfter).toISOString(),
      devices: await devices(),
    };
  }

  /** The hub is told if it can be reached; if not, it sees that nobody comes any more. */
  async #leave(): Promise<void> {
    const { identity, log } = this.#options;
    const hub = this.client();
    try {
      const signal = AbortSignal.timeout(GOODBYE_MS);
      await hub?.request("POST", "/product/v1/disconnect", NoContent, { signal });
    } catch (error) {
      log.warn({ err: error }, "the hub could not be told of the disconnect");
    } finally {
      hub?.close();
    }
    await identity.clear();
  }

  async #save(change: Partial<StoredConnection>): Promise<void> {
    this.#stored = { ...this.#stored, ...change };
    await saveConnection(this.#options.db, this.#stored);
  }

  async #record(by: Actor, action: string, after: unknown, before?: unknown): Promise<void> {
    const { db, audit } = this.#options;
    await transaction(db, (tx) =>
      audit(tx, { by, action, object: "Trend Vision One", before, after }),
    );
  }
}
