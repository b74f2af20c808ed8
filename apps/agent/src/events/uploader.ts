import type { EventBatch } from "@breakwater/protocol";
import type { Spool } from "@breakwater/spool";
import { Busy } from "../sms/sms-client.ts";
import { makeBatch } from "./make-batch.ts";
import {
  initialUpload,
  type UploadEffect,
  type UploadInput,
  type UploadState,
  uploadStep,
} from "./upload-step.ts";

export type UploaderOptions = {
  readonly spool: Spool;
  readonly post: (batch: EventBatch) => Promise<{ next: number }>;
  readonly now: () => number;
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
};

const BATCH_BYTES = 256 << 10;
const TICK_MS = 250;

/** Drives {@link uploadStep}. What is sent is on disk; what is acknowledged is committed there. */
export class Uploader {
  readonly #options: UploaderOptions;
  #state: UploadState;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: UploaderOptions) {
    this.#options = options;
    this.#state = initialUpload(options.spool.status().nextSeq);
  }

  start(): void {
    this.#timer = setInterval(() => this.#feed({ kind: "tick" }), TICK_MS);
    this.spooled();
  }

  spooled(): void {
    this.#feed({ kind: "spooled", end: this.#options.spool.status().nextSeq });
  }

  connected(): void {
    this.#feed({ kind: "connected" });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#working;
  }

  #feed(input: UploadInput): void {
    if (this.#stopped) return;
    const context = { now: this.#options.now(), random: this.#options.random() };
    const { state, effects } = uploadStep(this.#state, input, context);
    this.#state = state;
    for (const effect of effects) this.#do(effect);
  }

  #do(effect: UploadEffect): void {
    const work = () =>
      effect.kind === "send" ? this.#send(effect.from) : this.#acknowledge(effect.next);
    this.#working = this.#working.then(work);
  }

  async #acknowledge(next: number): Promise<void> {
    // Only frees space; what stays is ignored by the SMS.
    await this.#options.spool.acknowledge(next).catch(this.#options.onError);
  }

  async #send(from: number): Promise<void> {
    const { spool, post, onError } = this.#options;
    try {
      const batch = makeBatch(spool.epoch, from, await spool.read(from, BATCH_BYTES));
      if (batch === undefined) throw new Error(`the spool has nothing at ${from}`);
      const { next } = await post(batch);
      this.#feed({ kind: "answered", next });
    } catch (error) {
      onError(error);
      const retry = error instanceof Busy ? { retryAfterMs: error.retryAfterMs } : {};
      this.#feed({ kind: "failed", ...retry });
    }
  }
}
