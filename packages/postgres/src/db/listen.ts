import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Log } from "../log.ts";
import { clientConfig } from "./pool.ts";

export type ListenOptions = {
  log: Log;
  /** Notices may have been missed: read the state again. */
  onReconnect: () => void;
  /** How often an idle connection is checked, in ms. */
  checkMs?: number;
  random?: () => number;
  /** Gives up waiting for the first connection; the same as `close` afterwards. */
  signal?: AbortSignal;
};

export type Listener = { close(): Promise<void> };

/**
 * Listens on a channel over a connection of its own, which is replaced whenever it breaks.
 * Resolves when it listens for the first time, so what is read afterwards misses no notice.
 */
export async function listen(
  url: string,
  channel: string,
  onNotify: (payload: string) => void,
  options: ListenOptions,
): Promise<Listener> {
  const listener = new ChannelListener(url, channel, onNotify, options);
  await listener.start();
  return listener;
}

class ChannelListener implements Listener {
  readonly #url: string;
  readonly #channel: string;
  readonly #onNotify: (payload: string) => void;
  readonly #options: ListenOptions;
  readonly #closing = new AbortController();
  #client: pg.Client | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(
    url: string,
    channel: string,
    onNotify: (payload: string) => void,
    options: ListenOptions,
  ) {
    this.#url = url;
    this.#channel = channel;
    this.#onNotify = onNotify;
    this.#options = options;
    options.signal?.addEventListener("abort", () => void this.close(), { once: true });
  }

  async start(): Promise<void> {
    const first = await this.#connectAgain();
    if (first !== null) this.#loop = this.#run(first);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#client?.end().catch(() => {});
    await this.#loop;
  }

  async #run(first: pg.Client): Promise<void> {
    let client: pg.Client | null = first;
    while (client !== null) {
      await this.#untilBroken(client);
      if (this.#closing.signal.aborted) return;
      this.#options.log.warn({ channel: this.#channel }, "lost the listening connection");
      client = await this.#connectAgain();
      if (client !== null) this.#options.onReconnect();
    }
  }

  /** Keeps trying until it listens; null when closed meanwhile. */
  async #connectAgain(): Promise<pg.Client | null> {
    const { signal } = this.#closing;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        return await this.#connect();
      } catch (error) {
        this.#options.log.debug({ err: error, channel: this.#channel }, "cannot listen yet");
        const most = Math.min(100 * 2 ** attempt, 5_000);
        const wait = most * (0.5 + (this.#options.random ?? Math.random)() / 2);
        await sleep(wait, undefined, { signal }).catch(() => {});
      }
    }
    return null;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      ...clientConfig(this.#url, { name: `listen ${this.#channel}`, statementTimeoutMs: 10_000 }),
      connectionTimeoutMillis: 10_000,
      // A half-dead connection answers no check: this turns silence into an error.
      query_timeout: 10_000,
    });
    client.on("error", () => {});
    client.on("notification", ({ payload }) => this.#onNotify(payload ?? ""));
    this.#client = client;
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(this.#channel)}`);
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
  }

  async #untilBroken(client: pg.Client): Promise<void> {
    const broken = new Promise<void>((resolve) => {
      client.once("end", resolve);
      client.once("error", () => resolve());
    });
    const check = setInterval(() => {
      client.query("select 1").catch(() => client.end().catch(() => {}));
    }, this.#options.checkMs ?? 30_000);
    await broken;
    clearInterval(check);
    await client.end().catch(() => {});
  }
}
