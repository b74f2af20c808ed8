import { type Clock, type Log, type NdjsonStream, PollLoop, sleep } from "@breakwater/platform";
import type { FeedPosition, ObjectStreamLine, ProductId } from "@breakwater/protocol";
import type { HubDb } from "../database.ts";
import { type FeedState, positionOf, readChanges, readFeedState } from "./store.ts";
import { toFeedChange } from "./stored-object.ts";

export type ObjectFeedOptions = {
  db: HubDb;
  clock: Clock;
  log: Log;
  /** Changes within this time after a push go out together, in ms. */
  coalesceMs?: number;
  /** The database is asked this often even when nobody reports a change, in ms. */
  pollMs?: number;
  heartbeatMs?: number;
  /** Most changes in one line; whoever is further behind pages through them. */
  maxChanges?: number;
};

/** What the feed needs of a stream. */
export type LineSink = Pick<NdjsonStream, "full" | "writeLine" | "end">;

type Subscriber = {
  product: ProductId;
  stream: LineSink;
  /** Revision up to which this stream has been written. */
  cursor: number;
};

type Line = { bytes: Buffer; to: number };

/**
 * Pushes the list's changes to every open product stream. A change is read once, serialised once per
 * distance, and the same bytes go to all streams that stand at the same revision:
 *
 *   commit ─ wake ─▶ read changes after head ─▶ one line (head → new head) ─▶ streams at head
 *                                             └▶ one line per other cursor ─▶ streams behind
 *
 * A stream whose reader is slow is left where it is and gets one longer line when it has drained, or
 * `resync` when that would be too long. So memory is bounded by the streams' own high-water marks.
 */
export class ObjectFeed {
  readonly #options: Required<ObjectFeedOptions>;
  readonly #subscribers = new Set<Subscriber>();
  readonly #loop: PollLoop;
  readonly #heartbeat: NodeJS.Timeout;
  #head: FeedState;

  private constructor(options: Required<ObjectFeedOptions>, head: FeedState) {
    this.#options = options;
    this.#head = head;
    this.#loop = new PollLoop({
      name: "object feed",
      intervalMs: options.pollMs,
      log: options.log,
      run: (signal) => this.#run(signal),
    }).start();
    this.#heartbeat = setInterval(() => this.#beat(), options.heartbeatMs);
    this.#heartbeat.unref();
  }

  static async open(options: ObjectFeedOptions): Promise<ObjectFeed> {
    const head = await readFeedState(options.db);
    const defaults = { coalesceMs: 20, pollMs: 2000, heartbeatMs: 10_000, maxChanges: 5000 };
    return new ObjectFeed({ ...defaults, ...options }, head);
  }

  get position(): FeedPosition {
    return positionOf(this.#head);
  }

  /** Products that have a stream open in this process. */
  get products(): ReadonlySet<ProductId> {
    return new Set([...this.#subscribers].map(({ product }) => product));
  }

  /** Something was committed; returns at once. */
  wake(): void {
    this.#loop.wake();
  }

  /** Starts a stream at what the product says it has. Answers how to end it. */
  subscribe(
    stream: LineSink,
    product: ProductId,
    have: { epoch?: string | undefined; revision: number },
  ): () => void {
    const { position } = this;
    writeLine(stream, { t: "hello", product, time: this.#time(), position });
    const known = have.epoch === undefined || have.epoch === position.epoch;
    const usable =
      known && have.revision <= position.revision && have.revision >= this.#head.purgedRevision;
    if (!usable) writeLine(stream, { t: "resync", position });
    const cursor = usable ? have.revision : position.revision;
    const subscriber: Subscriber = { product, stream, cursor };
    this.#subscribers.add(subscriber);
    if (cursor < position.revision) this.wake();
    return () => this.#subscribers.delete(subscriber);
  }

  async stop(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#loop.stop();
    for (const { stream } of this.#subscribers) stream.end();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const before = this.#head.revision;
    const line = await this.#read(before);
    const lines = new Map([[before, line]]);
    for (const subscriber of this.#subscribers) {
      if (subscriber.cursor >= this.#head.revision || subscriber.stream.full) continue;
      const known = lines.get(subscriber.cursor) ?? (await this.#read(subscriber.cursor));
      lines.set(subscriber.cursor, known);
      if (subscriber.stream.writeLine(known.bytes)) subscriber.cursor = known.to;
    }
    // The first change goes out at once; those that follow closely share the next line.
    if (line.to > before) await sleep(this.#options.coalesceMs, signal);
  }

  /** The line from `from` to wherever the list stands now; moves the head there. */
  async #read(from: number): Promise<Line> {
    const { maxChanges } = this.#options;
    const { state, objects } = await readChanges(this.#options.db, from, maxChanges + 1);
    this.#head = state;
    const position = positionOf(state);
    const line: ObjectStreamLine =
      objects.length > maxChanges || from < state.purgedRevision
        ? { t: "resync", position }
        : { t: "changes", from, changes: objects.flatMap(toFeedChange), position };
    return { bytes: encode(line), to: state.revision };
  }

  #beat(): void {
    const line = encode({ t: "heartbeat", time: this.#time() });
    for (const { stream } of this.#subscribers) stream.writeLine(line);
  }

  #time(): string {
    return this.#options.clock.now().toISOString();
  }
}

function encode(line: ObjectStreamLine): Buffer {
  return Buffer.from(`${JSON.stringify(line)}\n`);
}

function writeLine(stream: LineSink, line: ObjectStreamLine): void {
  stream.writeLine(encode(line));
}
