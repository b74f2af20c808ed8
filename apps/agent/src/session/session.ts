import type { Readable } from "node:stream";
import { messageOf, type SetPosition, StreamLine } from "@breakwater/protocol";
import { IdentityRefused } from "../sms/sms-client.ts";
import {
  initialSession,
  type SessionEffect,
  type SessionInput,
  type SessionState,
  sessionStep,
} from "./session-step.ts";
import { StreamLines } from "./stream-lines.ts";

export type SessionOptions = {
  readonly open: (position: SetPosition | undefined, signal: AbortSignal) => Promise<Readable>;
  readonly position: () => SetPosition | undefined;
  readonly onLine: (line: StreamLine) => void;
  readonly onStateChange: (state: SessionState, reason: string | undefined) => void;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly random: () => number;
};

const TICK_MS = 100;

/** Drives {@link sessionStep} with a real stream. */
export class Session {
  readonly #options: SessionOptions;
  #state: SessionState = initialSession;
  #current: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get state(): SessionState {
    return this.#state;
  }

  start(): void {
    this.#timer = setInterval(() => this.#feed({ kind: "tick" }), TICK_MS);
    this.#feed({ kind: "tick" });
  }

  /** Opens the stream anew, from the position that is ours now. */
  restart(): void {
    this.#feed({ kind: "restart" });
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#current?.abort();
    this.#current = undefined;
  }

  #feed(input: SessionInput, reason?: string): void {
    const { now, random, onStateChange } = this.#options;
    const before = this.#state;
    const { state, effects } = sessionStep(before, input, { now: now(), random: random() });
    this.#state = state;
    for (const effect of effects) this.#do(effect);
    if (state.phase !== before.phase) onStateChange(state, reason);
  }

  #do(effect: SessionEffect): void {
    this.#current?.abort();
    this.#current = undefined;
    if (effect.kind === "close") return;
    const current = new AbortController();
    this.#current = current;
    void this.#run(current);
  }

  async #run(current: AbortController): Promise<void> {
    const input = await this.#read(current).catch((error: unknown): SessionInput => {
      if (error instanceof IdentityRefused) return { kind: "refused", code: error.code };
      return { kind: "closed", reason: messageOf(error) };
    });
    // An end that we asked for is no news.
    if (this.#current !== current) return;
    this.#current = undefined;
    this.#feed(input, input.kind === "closed" ? input.reason : undefined);
  }

  async #read(current: AbortController): Promise<SessionInput> {
    const stream = await this.#options.open(this.#options.position(), current.signal);
    if (this.#current !== current) {
      stream.destroy();
      return { kind: "closed", reason: "given up" };
    }
    this.#feed({ kind: "answered" });
    const lines = new StreamLines();
    for await (const chunk of stream) {
      if (this.#current !== current) break;
      this.#feed({ kind: "heard" });
      for (const line of lines.push(chunk as Buffer)) this.#take(line);
    }
    return { kind: "closed", reason: "the SMS ended the stream" };
  }

  /** Kinds of line that a newer SMS sends are passed over. */
  #take(text: string): void {
    const parsed = StreamLine.safeParse(jsonOf(text));
    if (parsed.success) this.#options.onLine(parsed.data);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
