import { type DetectionEvent, messageOf } from "@breakwater/protocol";
import type { Spool, SpoolItem, Tail, TailChunk } from "@breakwater/spool";
import { parseEveLine } from "@breakwater/suricata";
import type { IsPendingAt } from "../data-plane/pending-entries.ts";
import { type EventContext, mapAlert } from "./map-alert.ts";
import { PendingWatch } from "./pending-watch.ts";

export type EventPumpOptions = {
  readonly tail: Tail;
  readonly spool: Spool;
  readonly context: () => EventContext;
  /** Undefined when nothing is pending, which saves most of the work. */
  readonly pending: () => IsPendingAt | undefined;
  readonly onSpooled: () => void;
  readonly onTrouble: (message: string | undefined) => void;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Rotated files whose last line is safe in the spool. */
  readonly onFinished: (paths: readonly string[]) => void;
};

const IDLE_MS = 50;
const RETRY_MS = 1000;
const MAX_EVENTS_PER_RECORD = 500;
/** Lines without events move the read position; this often it is written down. */
const CHECKPOINT_BYTES = 4 << 20;

/** The event file → detections → spool. A chunk is left only when its events are on disk. */
export class EventPump {
  readonly #options: EventPumpOptions;
  readonly #watch = new PendingWatch();
  #malformed = 0;
  #unsavedBytes = 0;

  constructor(options: EventPumpOptions) {
    this.#options = options;
  }

  get malformedLines(): number {
    return this.#malformed;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { tail, sleep, onTrouble } = this.#options;
    while (!signal.aborted) {
      const chunk = await tail.next().catch((error: unknown) => {
        onTrouble(`The engine's event file cannot be read: ${messageOf(error)}`);
        return undefined;
      });
      if (chunk === undefined) await sleep(IDLE_MS, signal);
      else await this.#spoolUntilSafe(chunk, signal);
      const finished = tail.takeFinished();
      if (finished.length > 0) this.#options.onFinished(finished);
    }
  }

  /** A full disk stops the reading, not the engine: the event file waits for us. */
  async #spoolUntilSafe(chunk: TailChunk, signal: AbortSignal): Promise<void> {
    const items = this.#itemsOf(chunk);
    while (!signal.aborted) {
      try {
        if (items.length > 0) await this.#options.spool.append(items);
        this.#options.onTrouble(undefined);
        if (items.some((item) => item.count > 0)) this.#options.onSpooled();
        return;
      } catch (error) {
        this.#options.onTrouble(messageOf(error));
        await this.#options.sleep(RETRY_MS, signal);
      }
    }
  }

  #itemsOf({ lines, position }: TailChunk): SpoolItem[] {
    const events = lines.flatMap((line) => this.#eventsOf(line));
    this.#unsavedBytes += lines.reduce((sum, line) => sum + line.length + 1, 0);
    if (events.length === 0 && this.#unsavedBytes < CHECKPOINT_BYTES) return [];
    this.#unsavedBytes = 0;
    const items: SpoolItem[] = [];
    for (let at = 0; at < events.length || items.length === 0; at += MAX_EVENTS_PER_RECORD) {
      items.push(itemOf(events.slice(at, at + MAX_EVENTS_PER_RECORD), position));
    }
    return items;
  }

  #eventsOf(line: string): DetectionEvent[] {
    const isPendingAt = this.#options.pending();
    const isAlert = line.includes('"event_type":"alert"');
    if (!isAlert && isPendingAt === undefined) return [];
    const parsed = parseEveLine(line);
    if (parsed.kind === "malformed") this.#malformed += 1;
    if (parsed.kind !== "event") return [];
    const { event } = parsed;
    const context = this.#options.context();
    if (event.event_type === "alert")
      return [mapAlert(event, context)].filter((one) => one !== undefined);
    return isPendingAt === undefined ? [] : this.#watch.match(event, context, isPendingAt);
  }
}

/** All items of a chunk share its position: they are written together or not at all. */
function itemOf(events: readonly DetectionEvent[], position: SpoolItem["position"]): SpoolItem {
  return {
    count: events.length,
    recordClass: "event",
    firstTime: events[0]?.time ?? 0,
    lastTime: events.at(-1)?.time ?? 0,
    position,
    payload: Buffer.from(JSON.stringify(events)),
  };
}
