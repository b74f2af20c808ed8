import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import {
  CHILD_POLICY,
  type ChildEffect,
  type ChildEvent,
  type ChildInput,
  type ChildPolicy,
  type ChildState,
  childStep,
} from "./child-step.ts";
import { FromChild, type ToChild } from "./messages.ts";
import { removeRecord, writeRecord } from "./run-record.ts";

export type ChildOptions = {
  name: string;
  /** Node arguments: the program and its words. They also identify the process later. */
  args: readonly string[];
  /** Asked before each start, because a restart may need other values. */
  configuration: () => unknown;
  logFile: string;
  recordFile: string;
  onEvent: (event: ChildEvent) => void;
  policy?: ChildPolicy;
};

const LARGEST_LOG = 20 * 1024 * 1024;

/** Runs one Node process for as long as it is wanted: `childStep` with real processes and timers. */
export class SupervisedChild {
  readonly #options: ChildOptions;
  readonly #policy: ChildPolicy;
  #state: ChildState = { phase: "idle" };
  #process: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #refusal: string | undefined;
  #details: Record<string, unknown> = {};
  readonly #waiters = new Set<() => void>();

  constructor(options: ChildOptions) {
    this.#options = options;
    this.#policy = options.policy ?? CHILD_POLICY;
  }

  get phase(): ChildState["phase"] {
    return this.#state.phase;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it and resolves with what it reported; rejects when it cannot be brought up. */
  async start(): Promise<Record<string, unknown>> {
    this.#give({ type: "start" });
    await this.#until(() => ["running", "failed", "idle"].includes(this.#state.phase));
    if (this.#state.phase === "running") return this.#details;
    const reason = this.#state.phase === "failed" ? this.#state.reason : "it was stopped";
    throw new Error(`${this.#options.name} did not start: ${reason}. See ${this.#options.logFile}`);
  }

  async stop(): Promise<void> {
    this.#give({ type: "stop" });
    await this.#until(() => this.#state.phase === "idle" || this.#state.phase === "failed");
  }

  #give(input: ChildInput): void {
    const { state, effects } = childStep(this.#state, input, this.#policy);
    this.#state = state;
    for (const effect of effects) this.#apply(effect);
    for (const wake of this.#waiters) wake();
  }

  #apply(effect: ChildEffect): void {
    switch (effect.type) {
      case "spawn":
        this.#spawn();
        return;
      case "wait":
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#give({ type: "timer" }), effect.ms);
        return;
      case "cancel-wait":
        clearTimeout(this.#timer);
        return;
      case "signal":
        this.#process?.kill(effect.signal);
        return;
      case "report":
        this.#options.onEvent(effect.event);
        return;
    }
  }

  #spawn(): void {
    const { args, logFile, recordFile } = this.#options;
    const log = openLog(logFile);
    // A process group of its own: Ctrl-C reaches us alone, and we decide in which order things stop.
    const child = spawn(process.execPath, [...args], {
      stdio: ["ignore", log, log, "ipc"],
      detached: true,
    });
    closeSync(log);
    this.#process = child;
    this.#refusal = undefined;
    if (child.pid !== undefined) writeRecord(recordFile, child.pid, args);
    child.on("message", (message) => this.#hear(child, message));
    let ended = false;
    const end = (reason: string) => {
      if (ended) return;
      ended = true;
      removeRecord(recordFile);
      this.#process = undefined;
      const input = { now: Date.now(), reason: this.#refusal ?? reason, random: Math.random() };
      this.#give({ type: "exited", ...input });
    };
    child.on("error", (error) => {
      if (child.pid === undefined) end(error.message);
    });
    child.on("exit", (code, signal) => end(signal === null ? `code ${code}` : signal));
  }

  #hear(child: ChildProcess, raw: unknown): void {
    const message = FromChild.safeParse(raw);
    if (!message.success || child !== this.#process) return;
    switch (message.data.type) {
      case "waiting": {
        const configuration = this.#options.configuration();
        // It may have died in the meantime; its exit is reported separately.
        child.send({ type: "configuration", configuration } satisfies ToChild, () => undefined);
        return;
      }
      case "ready":
        this.#details = message.data.details;
        this.#give({ type: "ready", now: Date.now() });
        return;
      case "refused":
        this.#refusal = message.data.reason;
        return;
    }
  }

  #until(reached: () => boolean): Promise<void> {
    if (reached()) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        if (!reached()) return;
        this.#waiters.delete(wake);
        resolve();
      };
      this.#waiters.add(wake);
    });
  }
}

/** Appends, and starts afresh once the file has become large; one older file is kept. */
function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_LOG) {
    rmSync(`${path}.1`, { force: true });
    renameSync(path, `${path}.1`);
  }
  return openSync(path, "a", 0o600);
}
