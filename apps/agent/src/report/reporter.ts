import type { DeviceReport } from "@breakwater/protocol";

export type ReporterOptions = {
  readonly build: () => Promise<DeviceReport>;
  readonly post: (report: DeviceReport) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
};

/** Changes that come together are told together. */
const GATHER_MS = 15;
const EVERY_MS = 30_000;
const RETRY_MS = 2000;

/** Tells the SMS how this device is: on every change, and every 30 s. One report at a time. */
export class Reporter {
  readonly #options: ReporterOptions;
  #timer: NodeJS.Timeout | undefined;
  #sending = false;
  #again = false;
  #connected = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  connected(): void {
    this.#connected = true;
    this.changed();
  }

  disconnected(): void {
    this.#connected = false;
    clearTimeout(this.#timer);
  }

  changed(): void {
    if (!this.#connected) return;
    if (this.#sending) this.#again = true;
    else this.#later(GATHER_MS);
  }

  stop(): void {
    this.disconnected();
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), ms);
  }

  async #send(): Promise<void> {
    this.#sending = true;
    this.#again = false;
    const sent = await this.#post();
    this.#sending = false;
    if (!this.#connected) return;
    if (!sent) this.#later(RETRY_MS);
    else this.#later(this.#again ? GATHER_MS : EVERY_MS);
  }

  async #post(): Promise<boolean> {
    try {
      await this.#options.post(await this.#options.build());
      return true;
    } catch (error) {
      this.#options.onError(error);
      return false;
    }
  }
}
