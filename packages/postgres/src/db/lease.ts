import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Log } from "../log.ts";
import { clientConfig } from "./pool.ts";

/** Another process holds it, or nobody could be asked: try again after this. */
const RETRY_MS = 1_000;
/** Whoever asked for it gets it within this time. */
const MADE_WAY_MS = 3_000;
const TAKE_MS = 10_000;
const CHECK_MS = 5_000;

export type LeaseOptions = {
  /** Names the lease within the database. */
  name: string;
  log: Log;
  /** This process holds it from now on; a failure gives it back. */
  onHeld: () => Promise<void>;
  /** It is no longer held, or about to be given back; must not fail. */
  onLost: () => Promise<void>;
};

/*
 * One process of several holds a lease: a lock of a database session of its own. It is free as soon as
 * the server notices that the process, or its connection, is gone.
 *
 *   waiting ──lock──▶ held ──another process takes it──▶ making way ──MADE_WAY_MS──▶ waiting
 *      ▲                │
 *      └──connection lost
 */
export class Lease {
  readonly #url: string;
  readonly #options: LeaseOptions;
  readonly #id = randomUUID();
  readonly #closing = new AbortController();
  #client: pg.Client | undefined;
  #held = false;
  #loop: Promise<void> = Promise.resolve();
  /** Another process wants it. */
  #wanted = false;
  #wake: (() => void) | undefined;

  constructor(url: string, options: LeaseOptions) {
    this.#url = url;
    this.#options = options;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Resolves after the first attempt, whether it was free or not. */
  async start(): Promise<this> {
    await this.#attempt();
    this.#loop = this.#run();
    return this;
  }

  /** Takes it from whichever process holds it; false when that does not give way in time. */
  async take(): Promise<boolean> {
    const end = Date.now() + TAKE_MS;
    while (!this.#held && Date.now() < end && !this.#closing.signal.aborted) {
      await this.#client
        ?.query("select pg_notify($1, $2)", [this.#channel, this.#id])
        .catch(() => {});
      this.#wake?.();
      await sleep(100);
    }
    return this.#held;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake?.();
    await this.#loop;
    await this.#giveUp();
    await this.#client?.end().catch(() => {});
  }

  get #channel(): string {
    return `lease ${this.#options.name}`;
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await this.#pause(this.#held ? CHECK_MS : RETRY_MS);
      if (this.#closing.signal.aborted) return;
      if (!this.#held) await this.#attempt();
      else if (this.#wanted) await this.#makeWay();
      else await this.#client?.query("select 1").catch(() => this.#client?.end().catch(() => {}));
    }
  }

  async #makeWay(): Promise<void> {
    this.#options.log.info({ lease: this.#options.name }, "another process takes over");
    await this.#giveUp();
    this.#wanted = false;
    await sleep(MADE_WAY_MS, undefined, { signal: this.#closing.signal }).catch(() => {});
  }

  async #attempt(): Promise<void> {
    try {
      const client = this.#client ?? (await this.#connect());
      const { rows } = await client.query<{ free: boolean }>(
        "select pg_try_advisory_lock(hashtext($1)) as free",
        [this.#channel],
      );
      if (rows[0]?.free !== true) return;
      this.#held = true;
      this.#wanted = false;
      await this.#options.onHeld();
    } catch (error) {
      this.#options.log.warn({ err: error, lease: this.#options.name }, "cannot hold the lease");
      await this.#giveUp();
    }
  }

  async #giveUp(): Promise<void> {
    if (!this.#held) return;
    await this.#options.onLost();
    this.#held = false;
    await this.#client
      ?.query("select pg_advisory_unlock(hashtext($1))", [this.#channel])
      .catch(() => {});
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      ...clientConfig(this.#url, { name: this.#channel, statementTimeoutMs: 10_000 }),
      connectionTimeoutMillis: 10_000,
      // A half-dead connection answers no check: this turns silence into an error.
      query_timeout: 10_000,
    });
    client.on("error", () => {});
    client.on("end", () => this.#lose(client));
    client.on("notification", ({ payload }) => {
      if (payload === this.#id) return;
      this.#wanted = true;
      this.#wake?.();
    });
    await client.connect();
    await client.query(`listen ${pg.escapeIdentifier(this.#channel)}`);
    this.#client = client;
    return client;
  }

  /** The server has given the lock to whoever asks next. */
  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    if (!this.#held) return;
    this.#options.log.warn({ lease: this.#options.name }, "lost the connection that held it");
    this.#options.onLost().then(
      () => {
        this.#held = false;
        this.#wake?.();
      },
      (error: unknown) => this.#options.log.error({ err: error }, "cannot end what a lease held"),
    );
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
