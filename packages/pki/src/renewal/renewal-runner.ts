import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { IdentityStore, StoredIdentity } from "../client/identity-store.ts";
import { replaceFile } from "../durable-file.ts";
import {
  initialRenewalState,
  type RenewalEffect,
  type RenewalInput,
  type RenewalState,
  renewalStep,
} from "./renewal-step.ts";

const HOUR = 3_600_000;
const SavedClock = z.object({ serverTime: z.number() });

export type RenewalOptions = {
  readonly store: IdentityStore;
  /** Usually `renewIdentity` with its transport. */
  readonly renew: () => Promise<StoredIdentity>;
  readonly now: () => number;
  /** Random number in [0, 1). */
  readonly random: () => number;
  /** Where the server's time survives restarts, e.g. `<identity>/clock.json`. */
  readonly clockFile: string;
  /** Alarms and clock warnings, for the log and the console. */
  readonly onEffect: (effect: Exclude<RenewalEffect, { kind: "renew" }>) => void;
  readonly onFailure: (error: unknown) => void;
};

/** Drives {@link renewalStep} for an enrolled identity until `stop`. Looks at once, then every hour. */
export async function startRenewal(options: RenewalOptions) {
  const { store, now, random } = options;
  let serverTime = await readClock(options.clockFile);
  let savedTime = serverTime;
  let state = freshState(store.current());
  let attempt: Promise<void> | undefined;

  function freshState(identity: StoredIdentity | undefined): RenewalState | undefined {
    return identity && initialRenewalState(identity.meta, random(), serverTime);
  }

  function feed(input: RenewalInput): void {
    if (state === undefined) return;
    const transition = renewalStep(state, input);
    state = transition.state;
    serverTime = state.serverTime;
    for (const effect of transition.effects) {
      if (effect.kind === "renew") attempt = renew();
      else options.onEffect(effect);
    }
  }

  async function renew(): Promise<void> {
    const before = store.current()?.meta.fingerprint;
    try {
      const { meta } = await options.renew();
      feed({ kind: "renewed", certificate: meta, jitter: random() });
    } catch (error) {
      options.onFailure(error);
      const isSame = store.current()?.meta.fingerprint === before;
      if (isSame) feed({ kind: "failed", now: now(), jitter: random() });
      // Disconnected or enrolled anew meanwhile: the failure says nothing about what is now.
      else state = freshState(store.current());
    }
  }

  async function tick(): Promise<void> {
    feed({ kind: "tick", now: now() });
    await attempt;
    await saveClock().catch(options.onFailure);
  }

  async function saveClock(): Promise<void> {
    const time = serverTime;
    if (time === savedTime) return;
    await replaceFile(options.clockFile, JSON.stringify({ serverTime: time }));
    savedTime = time;
  }

  // A new enrolment replaces the certificate behind our back.
  const forget = store.onChange((identity) => {
    if (state?.phase !== "renewing") state = freshState(identity);
  });
  const timer = setInterval(() => void tick(), HOUR);
  timer.unref();
  // A process that never lives for an hour must renew as well.
  void tick();

  return {
    /** Looks at once; settles, and never rejects, when a renewal that this started is over. */
    tick,
    /** Tell every time that an authenticated server states, in ms. */
    noteServerTime: (time: number) => feed({ kind: "server-time", time }),
    state: (): RenewalState | undefined => state,
    async stop(): Promise<void> {
      clearInterval(timer);
      forget();
      await attempt;
    },
  };
}

async function readClock(path: string): Promise<number> {
  try {
    return SavedClock.parse(JSON.parse(await readFile(path, "utf8"))).serverTime;
  } catch {
    // The guard starts anew; nothing but a warning depends on it.
    return 0;
  }
}
