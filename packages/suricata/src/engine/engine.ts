import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { CommandSocket } from "../command/command-socket.ts";
import {
  engineLogFile,
  engineWords,
  type LaunchOptions,
  launchEngine,
  untilEngineAnswers,
} from "./launch-engine.ts";
import { findEngine, removeRecord, writeRecord } from "./process-files.ts";
import { isSameProcess, type ProcessIdentity, stopProcess } from "./process-identity.ts";
import { DEFAULT_RESTART_POLICY, type RestartPolicy, restartDelay } from "./restart-delay.ts";

export type EngineLog = {
  info: (fields: object, message: string) => void;
  warn: (fields: object, message: string) => void;
};

export type EngineOptions = LaunchOptions & {
  log?: EngineLog;
  restart?: RestartPolicy;
  /** Until the command socket answers; a million entries take about 4 s, forty thousand rules 40. */
  startTimeoutMs?: number;
  stopTimeoutMs?: number;
};

export type EngineExit = {
  code: number | null;
  signal: string | null;
  /** Whether `stop` asked for it. */
  expected: boolean;
  /** The last words of an unexpected end. */
  output: string;
  /** Undefined when it will not be started again. */
  restartInMs: number | undefined;
};

type EngineEvents = {
  /** The command socket answers. Live sets hold what their state files held: reconcile now. */
  started: [{ pid: number; adopted: boolean }];
  exited: [EngineExit];
};

type Running = {
  identity: ProcessIdentity;
  adopted: boolean;
  startedAt: number;
  logStart?: number;
};

const WATCH_MS = 100;

/*
 *             start()              socket answers
 *   stopped ─────────▶ starting ──────────────────▶ running
 *      ▲                  │                          │  ▲
 *      │      fails (throws)                  exited │  │ answers again
 *      ├──────────────────┘                          ▼  │
 *      └───────────────── stop() ──────────────── restarting ⟲ restartDelay
 */
export type EngineState = "stopped" | "starting" | "running" | "restarting";

/**
 * Keeps one Suricata process alive. The process is detached: it goes on enforcing when
 * we die, and the next `start` with the same configuration adopts it.
 */
export class Engine extends EventEmitter<EngineEvents> {
  readonly #options: EngineOptions;
  #state: EngineState = "stopped";
  #running: Running | undefined;
  #failures = 0;
  #restartTimer: NodeJS.Timeout | undefined;
  #watchTimer: NodeJS.Timeout | undefined;

  constructor(options: EngineOptions) {
    super();
    this.#options = options;
  }

  get state(): EngineState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#running?.identity.pid;
  }

  get logFile(): string {
    return engineLogFile(this.#options.logDirectory);
  }

  /**
   * Adopts the engine that runs already, or starts one; resolves when it answers. With
   * `adopt: false`, or when its configuration is another, a running one is stopped first.
   * @throws Error when it ends or does not answer in time; nothing is left running then.
   */
  async start({ adopt = true }: { adopt?: boolean } = {}): Promise<void> {
    if (this.#state !== "stopped") throw new Error(`the engine is ${this.#state}`);
    this.#state = "starting";
    try {
      await this.#takeOver(adopt);
      await this.#untilRunning(this.#running ?? this.#launch());
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Asks the engine to end, upon which it writes its state files; kills it when it does not. */
  async stop(): Promise<void> {
    clearTimeout(this.#restartTimer);
    clearInterval(this.#watchTimer);
    this.#state = "stopped";
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    await stopProcess(running.identity, this.#stopTimeoutMs);
    removeRecord(this.#options.pidFile);
    this.#report(running, {
      code: null,
      signal: "SIGTERM",
      expected: true,
      restartInMs: undefined,
    });
  }

  /** Lets go of the engine and leaves it enforcing, for a successor to adopt. */
  release(): void {
    clearTimeout(this.#restartTimer);
    clearInterval(this.#watchTimer);
    this.#state = "stopped";
    this.#running = undefined;
  }

  /** Stops and starts, for what a reload does not read. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start({ adopt: false });
  }

  /** A new connection to the command socket; the caller closes it. */
  connect(): Promise<CommandSocket> {
    return CommandSocket.connect({ path: this.#options.commandSocket });
  }

  get #stopTimeoutMs(): number {
    return this.#options.stopTimeoutMs ?? 30_000;
  }

  get #restartPolicy(): RestartPolicy {
    return this.#options.restart ?? DEFAULT_RESTART_POLICY;
  }

  async #takeOver(adopt: boolean): Promise<void> {
    const { pidFile, configFile } = this.#options;
    const found = findEngine(pidFile, configFile);
    if (found === undefined) return;
    if (!adopt || found.configDigest !== this.#configDigest()) {
      await stopProcess(found.identity, this.#stopTimeoutMs);
      return;
    }
    const running = { identity: found.identity, adopted: true, startedAt: Date.now() };
    this.#running = running;
    // No child of ours, so its end is seen by looking.
    this.#watchTimer = setInterval(() => {
      if (!isSameProcess(running.identity)) this.#onExit(running, null, null);
    }, WATCH_MS);
    this.#watchTimer.unref();
  }

  #launch(): Running {
    const { child, identity, logStart } = launchEngine(this.#options);
    const running = { identity, adopted: false, startedAt: Date.now(), logStart };
    this.#running = running;
    child.once("exit", (code, signal) => this.#onExit(running, code, signal));
    this.#note(identity);
    return running;
  }

  /** A full disk must not keep the engine from running: without a record it is found by its arguments. */
  #note(identity: ProcessIdentity): void {
    const { pidFile, log } = this.#options;
    try {
      writeRecord(pidFile, { identity, configDigest: this.#configDigest() });
    } catch (error) {
      log?.warn({ error: String(error) }, "the engine's process could not be noted");
    }
  }

  async #untilRunning(running: Running): Promise<void> {
    const timeoutMs = this.#options.startTimeoutMs ?? 180_000;
    await untilEngineAnswers(running, this.#options, timeoutMs);
    if (this.#running !== running) throw new Error("the engine was stopped while starting");
    this.#state = "running";
    const { identity, adopted } = running;
    this.#options.log?.info({ pid: identity.pid, adopted }, "engine is running");
    this.emit("started", { pid: identity.pid, adopted });
  }

  #onExit(running: Running, code: number | null, signal: string | null): void {
    if (this.#running !== running) return;
    clearInterval(this.#watchTimer);
    this.#running = undefined;
    removeRecord(this.#options.pidFile);
    // A first start that fails is the caller's to handle: it throws there.
    if (this.#state === "starting") return;
    const wasHealthy = Date.now() - running.startedAt >= this.#restartPolicy.healthyMs;
    if (wasHealthy) this.#failures = 0;
    const restartInMs = this.#restartLater();
    this.#report(running, { code, signal, expected: false, restartInMs });
  }

  #restartLater(): number {
    this.#state = "restarting";
    this.#failures += 1;
    const delay = restartDelay(this.#failures, this.#restartPolicy);
    this.#restartTimer = setTimeout(() => void this.#restartNow(), delay);
    return delay;
  }

  /** Never rejects: what fails is tried again, later each time. */
  async #restartNow(): Promise<void> {
    let running: Running;
    try {
      running = this.#launch();
    } catch (error) {
      this.#options.log?.warn({ error: String(error) }, "engine did not start");
      this.#restartLater();
      return;
    }
    try {
      await this.#untilRunning(running);
    } catch (error) {
      this.#options.log?.warn({ error: String(error) }, "engine did not start");
      // Its exit, which has come or comes now, plans the next attempt.
      await stopProcess(running.identity, this.#stopTimeoutMs);
    }
  }

  #report(running: Running, exit: Omit<EngineExit, "output">): void {
    const output = exit.expected ? "" : engineWords(this.#options.logDirectory);
    const fields = { pid: running.identity.pid, ...exit, output };
    if (exit.expected) this.#options.log?.info(fields, "engine stopped");
    else this.#options.log?.warn(fields, "engine exited");
    this.emit("exited", { ...exit, output });
  }

  #configDigest(): string {
    return createHash("sha256").update(readFileSync(this.#options.configFile)).digest("hex");
  }
}
