import { AppError, messageOf } from "@breakwater/protocol";
import {
  Engine,
  type EngineCommands,
  type EngineExit,
  type EngineLog,
  type EngineState,
  type RestartPolicy,
} from "@breakwater/suricata";
import { type EngineSettings, prepareInterfaces } from "./engine-config.ts";
import { EngineLink } from "./engine-link.ts";
import type { EnginePaths } from "./engine-paths.ts";
import { reloadEngine } from "./engine-reload.ts";

export type EngineHostOptions = {
  readonly settings: EngineSettings;
  readonly paths: EnginePaths;
  readonly log: EngineLog;
  readonly restart: RestartPolicy | undefined;
  /** Changes whenever the engine's files change; undefined while they do. */
  readonly filesStamp: () => number | undefined;
  /** It runs. `doubt` says why its sets may be other than its files; undefined when they are not. */
  readonly onStarted: (doubt: string | undefined) => void;
  /** @param wroteSets it may have written its sets into its state files, perhaps halfway */
  readonly onExited: (wroteSets: boolean) => void;
  readonly onLinked: () => void;
  /** State or message changed. */
  readonly onChange: () => void;
};

const START_RETRY_MS = 5000;

/** One engine process and the connection to it, kept alive. */
export class EngineHost {
  readonly engine: Engine;
  readonly #options: EngineHostOptions;
  readonly #link: EngineLink;
  /** The files that an engine which starts now reads. */
  #stampAtLaunch: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #message: string | undefined;

  constructor(options: EngineHostOptions) {
    const { settings, paths, log, restart } = options;
    this.#options = options;
    this.engine = new Engine({
      configFile: paths.config,
      commandSocket: paths.socket,
      dataDirectory: paths.state,
      logDirectory: paths.log,
      pidFile: paths.pid,
      log,
      ...(settings.suricata === undefined ? {} : { suricata: settings.suricata }),
      ...(settings.netns === undefined ? {} : { netns: settings.netns }),
      ...(restart === undefined ? {} : { restart }),
    });
    this.#link = new EngineLink(this.engine, options.onLinked);
    this.engine.on("started", ({ adopted }) => this.#onStarted(adopted));
    this.engine.on("exited", (exit) => this.#onExited(exit));
  }

  get state(): EngineState {
    return this.engine.state;
  }

  /** The engine's last words when it does not run. */
  get message(): string | undefined {
    return this.#message;
  }

  /** Undefined while there is no connection. */
  get commands(): EngineCommands | undefined {
    return this.#link.commands;
  }

  /** Adopts or starts the engine. A failure is retried, not thrown. */
  async start(): Promise<void> {
    try {
      await prepareInterfaces(this.#options.settings);
      this.#stampAtLaunch = this.#options.filesStamp();
      await this.engine.start();
      this.#message = undefined;
    } catch (error) {
      this.#message = messageOf(error);
      this.#options.log.warn({ error: this.#message }, "engine did not start");
      if (!this.#stopped) this.#timer = setTimeout(() => void this.start(), START_RETRY_MS);
    }
    this.#options.onChange();
  }

  /** @throws AppError with the engine's words when it does not start with its present files */
  async restart(): Promise<void> {
    this.#link.drop();
    clearTimeout(this.#timer);
    await this.engine.stop();
    this.#stampAtLaunch = this.#options.filesStamp();
    try {
      await this.engine.start({ adopt: false });
    } catch (error) {
      const message = `The engine did not start with the policy: ${messageOf(error)}`;
      throw new AppError("Unprocessable", message, { cause: error });
    }
    await this.linked();
  }

  /** @throws AppError when a rule did not load */
  async reload(): Promise<void> {
    await reloadEngine(this.engine, await this.linked());
  }

  /** @throws AppError when the engine does not answer for ten seconds */
  async linked(): Promise<EngineCommands> {
    for (let round = 0; round < 200; round += 1) {
      await this.#link.open();
      const { commands } = this.#link;
      if (commands !== undefined) return commands;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new AppError("Unavailable", "The engine does not answer.");
  }

  async stop(engine: "keep" | "stop"): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#link.close();
    if (engine === "stop") await this.engine.stop();
    else this.engine.release();
    this.engine.removeAllListeners();
  }

  #onStarted(adopted: boolean): void {
    this.#message = undefined;
    this.#options.onStarted(this.#doubt(adopted));
    void this.#link.open();
    this.#options.onChange();
  }

  #doubt(adopted: boolean): string | undefined {
    if (adopted) return "a running engine was adopted";
    const stamp = this.#options.filesStamp();
    const same = stamp !== undefined && stamp === this.#stampAtLaunch;
    return same ? undefined : "its files were written while the engine started";
  }

  #onExited({ signal, expected, output }: EngineExit): void {
    this.#link.drop();
    this.#stampAtLaunch = this.#options.filesStamp();
    if (!expected) this.#message = output.slice(-2000);
    // Who is killed writes nothing more; who ends by itself writes the sets it knows.
    this.#options.onExited(signal === null || expected);
    this.#options.onChange();
  }
}
