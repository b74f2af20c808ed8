import type { SecureContextOptions } from "node:tls";
import { DAY } from "./ca-certificates.ts";
import { type ServerCredentials, swapServerCredentials } from "./server-credentials.ts";

const RENEW_BEFORE = 30 * DAY;
const LOOK_EVERY = 3_600_000;

export type ServerRenewalOptions = {
  readonly server: { setSecureContext(options: SecureContextOptions): void };
  /** What the server listens with now. */
  readonly credentials: ServerCredentials;
  readonly issue: () => Promise<ServerCredentials>;
  readonly now: () => number;
  readonly onFailure: (error: unknown) => void;
};

/** Keeps a listener's certificate fresh while the process runs; looks every hour until `stop`. */
export function startServerRenewal(options: ServerRenewalOptions) {
  let { notAfter } = options.credentials;

  async function tick(): Promise<void> {
    if (options.now() < notAfter - RENEW_BEFORE) return;
    try {
      const next = await options.issue();
      swapServerCredentials(options.server, next);
      notAfter = next.notAfter;
    } catch (error) {
      // The old certificate is good for weeks: there is time for the next hour's attempt.
      options.onFailure(error);
    }
  }

  const timer = setInterval(() => void tick(), LOOK_EVERY);
  timer.unref();
  return { tick, stop: () => clearInterval(timer) };
}
