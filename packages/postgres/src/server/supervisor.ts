import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../log.ts";
import type { Exit, ServerChild } from "./spawn-server.ts";
import {
  type SupervisionEffect,
  type SupervisionInput,
  type SupervisionState,
  step,
} from "./supervision.ts";

export type ServerPhase = SupervisionState["phase"];

export type SupervisorDeps = {
  /** Spawns the server; resolves when the process exists. */
  spawn: () => Promise<ServerChild>;
  /** Resolves true when it accepts connections, false when it exited first. */
  untilReady: (child: ServerChild) => Promise<boolean>;
  /** Why the last start failed, for the log. */
  reason: () => Promise<string>;
  log: Log;
};

const TERMINATION: readonly [NodeJS.Signals, number][] = [
  ["SIGINT", 60_000],
  ["SIGQUIT", 10_000],
  ["SIGKILL", 5_000],
];

/** Carries out what `supervision.ts` decides, from the first start on. */
export class Supervisor {
  readonly #deps: SupervisorDeps;
  readonly #listeners = new Set<(phase: ServerPhase) => void>();
  readonly #exitListeners = new Set<(exit: Exit) => void>();
  #state: SupervisionState = { phase: "starting", attempt: 0 };
  #child: ServerChild | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
  }

  get phase(): ServerPhase {
    return this.#state.phase;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  onPhase(listener: (phase: ServerPhase) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Every end of a server process that nobody asked for. */
  onExit(listener: (exit: Exit) => void): () => void {
    this.#exitListeners.add(listener);
    return () => this.#exitListeners.delete(listener);
  }

  /** First start: unlike later ones it is tried once, and its failure is the caller's. */
  async start(): Promise<void> {
    const child = await this.#deps.spawn();
    this.#child = child;
    if (!(await this.#deps.untilReady(child))) throw new Error(await this.#deps.reason());
    this.#dispatch({ kind: "ready" });
    this.#watch(child);
  }

  async stop(): Promise<void> {
    const stopped = this.#until("stopped");
    this.#dispatch({ kind: "stop" });
    await stopped;
  }

  #until(phase: ServerPhase): Promise<void> {
    if (this.#state.phase === phase) return Promise.resolve();
    return new Promise((resolve) => {
      const off = this.onPhase((now) => {
        if (now !== phase) return;
        off();
        resolve();
      });
    });
  }

  #dispatch(input: SupervisionInput): void {
    const before = this.#state.phase;
    const { state, effects } = step(this.#state, input);
    this.#state = state;
    if (state.phase !== before) for (const listener of this.#listeners) listener(state.phase);
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: SupervisionEffect): void {
    switch (effect.kind) {
      case "start":
        void this.#restart();
        return;
      case "wait":
        this.#timer = setTimeout(() => this.#dispatch({ kind: "timer" }), effect.ms);
        return;
      case "cancel-wait":
        if (this.#timer !== null) clearTimeout(this.#timer);
        return;
      case "terminate":
        // Without a child the restart under way sees the phase and terminates its own.
        if (this.#child !== null) void terminate(this.#child);
        return;
    }
  }

  async #restart(): Promise<void> {
    try {
      const child = await this.#deps.spawn();
      this.#child = child;
      if (this.#state.phase === "stopping") void terminate(child);
      this.#watch(child);
      if (!(await this.#deps.untilReady(child))) {
        this.#deps.log.error(
          { reason: await this.#deps.reason() },
          "database server did not start",
        );
        return;
      }
      this.#deps.log.info({ pid: child.pid }, "database server is running again");
      this.#dispatch({ kind: "ready" });
    } catch (error) {
      this.#deps.log.error({ err: error }, "cannot start the database server");
      this.#dispatch({ kind: "exited" });
    }
  }

  #watch(child: ServerChild): void {
    void child.exited.then((exit) => {
      this.#child = null;
      if (this.#state.phase !== "stopping") {
        this.#deps.log.error({ ...exit, pid: child.pid }, "database server ended unexpectedly");
        for (const listener of this.#exitListeners) listener(exit);
      }
      this.#dispatch({ kind: "exited" });
    });
  }
}

/** Fast shutdown first; harsher signals only if it hangs. Recovery makes even the last one safe. */
async function terminate(child: ServerChild): Promise<void> {
  for (const [name, waitMs] of TERMINATION) {
    child.kill(name);
    const patience = new AbortController();
    const timeout = sleep(waitMs, false, { signal: patience.signal }).catch(() => false);
    const gone = await Promise.race([child.exited.then(() => true), timeout]);
    patience.abort();
    if (gone) return;
  }
}
