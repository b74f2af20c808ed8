import { AppError, type EntryType, messageOf } from "@breakwater/protocol";
import type { ReputationIndex } from "@breakwater/reputation-set";
import { createLock, type Lock } from "@breakwater/spool";
import {
  Engine,
  type EngineCommands,
  type EngineExit,
  type EngineLog,
  type EngineState,
  type RestartPolicy,
} from "@breakwater/suricata";
import { isWanted, place } from "./elements.ts";
import {
  type EngineSettings,
  needsRestart,
  prepareInterfaces,
  testPolicy,
  writeFixedFiles,
  writePolicyFiles,
} from "./engine-config.ts";
import { EngineLink } from "./engine-link.ts";
import { type EnginePaths, enginePaths } from "./engine-paths.ts";
import { reloadEngine } from "./engine-reload.ts";
import { EntryStates } from "./entry-states.ts";
import {
  type Generation,
  removeOldStates,
  type World,
  writeGeneration,
  writeLists,
} from "./generation.ts";
import { LiveSets } from "./live-sets.ts";
import type { IsPendingAt } from "./pending-entries.ts";
import type { Policy } from "./policy.ts";
import { ReloadTimer } from "./reload-timer.ts";
import { UrlTables } from "./url-tables.ts";
import { verifyEngine } from "./verify-engine.ts";

export type DataPlaneOptions = EngineSettings & {
  readonly directory: string;
  readonly log: EngineLog;
  readonly now: () => number;
  /** Held while the index changes, and by us while files are written from it. */
  readonly indexLock: Lock;
  readonly restart?: RestartPolicy;
  /** Something that a status report shows has changed. */
  readonly onChange: () => void;
};

/** One entry of the set came, went or changed its filter. */
export type MemberChange = {
  readonly type: EntryType;
  readonly value: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
};

const RENEW_RETRY_MS = 3000;
const START_RETRY_MS = 5000;

/*
 * What the engine does with the set. The truth is the index; the engine gets there on one of
 * three ways, and after any break on the first that is safe:
 *
 *   one by one    an element is touched -> added or removed over the socket, as the index says
 *   lists         ranges and hashes changed -> files written, rules reloaded, coalesced
 *   new sets      files of a new generation -> reload (or engine start) -> touched ones replayed
 *
 *   engine killed      files are as we wrote them    -> start from them, replay what was touched since
 *   engine ended       it may have half-written them -> new sets
 *   engine adopted     nobody knows what it holds    -> new sets
 *   set unknown, full, or very many changes          -> new sets
 */
export class DataPlane {
  readonly engine: Engine;
  readonly paths: EnginePaths;
  readonly #options: DataPlaneOptions;
  readonly #link: EngineLink;
  readonly #live: LiveSets;
  readonly #tables = new UrlTables();
  readonly #lists: ReloadTimer;
  /** One change of files or reload at a time. */
  readonly #work = createLock();
  #world: World;
  #generation: Generation | undefined;
  #filesIntact = true;
  #renewWanted = false;
  /** Whether the engine's sets are those of the world, but for what waits in the live sets. */
  #consistent = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #message: string | undefined;
  #alarm: string | undefined;
  /** Entries that stand in the list files as they are on disk. */
  #written: readonly string[] = [];
  readonly #entries: EntryStates;

  constructor(options: DataPlaneOptions, world: World) {
    this.#options = options;
    this.#world = world;
    this.paths = enginePaths(options.directory);
    this.engine = new Engine({
      configFile: this.paths.config,
      commandSocket: this.paths.socket,
      dataDirectory: this.paths.state,
      logDirectory: this.paths.log,
      pidFile: this.paths.pid,
      log: options.log,
      ...(options.suricata === undefined ? {} : { suricata: options.suricata }),
      ...(options.netns === undefined ? {} : { netns: options.netns }),
      ...(options.restart === undefined ? {} : { restart: options.restart }),
    });
    this.#link = new EngineLink(this.engine, () => this.#onLinkOpen());
    this.#live = new LiveSets({
      link: this.#link,
      isWanted: (element) => isWanted(this.#world.index, this.#world.policy, element),
      urlTable: (lane) => this.#tables.of(lane),
      onDrift: (reason) => this.#renewLater(reason),
    });
    this.#entries = new EntryStates(this.#live, options.now);
    this.#lists = new ReloadTimer(options.now, () => this.#reloadLists());
    this.engine.on("started", ({ adopted }) => this.#onStarted(adopted));
    this.engine.on("exited", (exit) => this.#onExited(exit));
  }

  /** Starts from what is on disk; never waits for the SMS. A failure is retried, not thrown. */
  async start(): Promise<void> {
    writeFixedFiles(this.paths);
    this.#tables.open(this.paths);
    writePolicyFiles(this.paths, this.#options, this.#world.policy);
    await this.#work(() => this.#writeFiles());
    await this.#startEngine();
  }

  async stop({ engine }: { engine: "keep" | "stop" }): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#lists.stop();
    this.#link.close();
    if (engine === "stop") await this.engine.stop();
    else this.engine.release();
    this.engine.removeAllListeners();
    await this.#work(async () => undefined);
    this.#tables.close();
  }

  get world(): World {
    return this.#world;
  }

  get engineState(): EngineState {
    return this.engine.state;
  }

  /** The engine runs with everything that does not have to wait for a reload of its lists. */
  get isSettled(): boolean {
    const linked = this.engine.state === "running" && this.#link.commands !== undefined;
    return linked && this.#consistent && !this.#renewWanted && this.#live.waiting === 0;
  }

  get message(): string | undefined {
    return this.#message;
  }

  /** Something an operator should look at although the engine runs. */
  get alarm(): string | undefined {
    return this.#alarm;
  }

  get commands(): EngineCommands | undefined {
    return this.#link.commands;
  }

  /** For hits that the engine does not act on yet; undefined when there can be none. */
  get pending(): IsPendingAt | undefined {
    const { pending } = this.#entries;
    return pending.isEmpty ? undefined : pending.isPendingAt;
  }

  /** Call right after the index changed. Resolves when the live part is in the engine. */
  changed(index: ReputationIndex, changes: readonly MemberChange[]): Promise<void> {
    // Changes of another index are in the files that are written when it is switched to.
    if (index !== this.#world.index) return Promise.resolve();
    for (const change of changes) this.#changedOne(change);
    return this.#drain();
  }

  /** @throws AppError with the engine's words when it would not load the policy */
  test(policy: Policy): Promise<void> {
    return testPolicy(this.paths, this.#options, policy);
  }

  /** The same policy with another copy of the set. Failures are retried. */
  async replaceIndex(index: ReputationIndex): Promise<void> {
    this.#world = { ...this.#world, index };
    await this.#renewSets("the set was fetched anew");
  }

  /**
   * Puts another policy with its set into force.
   * @throws AppError when the engine does not take it; then switch back
   */
  switchTo(world: World): Promise<void> {
    return this.#work(async () => {
      this.#consistent = false;
      const restart = needsRestart(this.paths, this.#options, this.#world.policy, world.policy);
      this.#world = world;
      writePolicyFiles(this.paths, this.#options, world.policy);
      await this.#writeFiles();
      if (restart || this.engine.state !== "running") {
        await this.#restartEngine();
        return;
      }
      await this.#loadFiles();
    });
  }

  /** Whether the engine is well and holds what it should. @throws AppError */
  async verify(): Promise<void> {
    await this.#drain();
    const commands = await this.#untilLinked();
    await verifyEngine(commands, this.#generation, this.#world);
  }

  /** How much of the set the engine holds, and what not. */
  status() {
    const running = this.engine.state === "running";
    const { count } = this.#world.index;
    const notInForce = running ? this.#entries.notInForce : count;
    return {
      inForce: Math.max(0, count - notInForce),
      notInForce,
      exceptions: this.#entries.list(),
    };
  }

  #changedOne({ type, value, before, after }: MemberChange): void {
    const { policy } = this.#world;
    const from = before === undefined ? undefined : policy.lane(before);
    const to = after === undefined ? undefined : policy.lane(after);
    if (from === to) return;
    this.#entries.forget(type, value);
    for (const lane of [from, to]) {
      if (lane === undefined) continue;
      const placement = place(type, value, lane);
      if (placement.how === "live")
        for (const element of placement.elements) this.#live.touch(element);
      else if (placement.how === "listed") this.#lists.changed();
      if (lane !== to) continue;
      if (placement.how === "listed") this.#entries.pending.add(type, value);
      if (placement.how === "refused") {
        this.#entries.refuse({ type, value, reason: placement.reason });
      }
    }
  }

  /** Everything the engine reads, from the world as it is now. */
  async #writeFiles(): Promise<void> {
    await this.#options.indexLock(async () => {
      const covered = this.#live.filesBegin();
      try {
        this.#tables.fill(this.#world);
        const number = Math.max(
          Math.floor(this.#options.now() / 1000),
          (this.#generation?.number ?? 0) + 1,
        );
        const { generation, refused } = await writeGeneration(this.paths, number, this.#world);
        this.#generation = generation;
        this.#filesIntact = true;
        this.#entries.refuseOnly(refused);
        this.#written = this.#entries.pending.keys();
      } catch (error) {
        covered.undo();
        throw error;
      }
    });
  }

  /** The running engine takes the files that were just written. */
  async #loadFiles(): Promise<void> {
    const generation = this.#generation;
    const before = this.#live.generation;
    const commands = await this.#untilLinked();
    await reloadEngine(this.engine, commands);
    if (generation === undefined) return;
    this.#live.use(generation);
    this.#consistent = true;
    this.#entries.pending.loaded(this.#written);
    void this.#drain();
    removeOldStates(this.paths, generation.datasets);
    for (const spec of before?.datasets ?? [])
      await commands.datasetClear(spec).catch(() => undefined);
  }

  async #untilLinked(): Promise<EngineCommands> {
    for (let round = 0; round < 200; round += 1) {
      const commands = this.#link.commands;
      if (commands !== undefined) return commands;
      await this.#link.open();
      if (this.#link.commands === undefined)
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new AppError("Unavailable", "The engine does not answer.");
  }

  async #startEngine(): Promise<void> {
    try {
      await prepareInterfaces(this.#options);
      await this.engine.start();
      this.#message = undefined;
    } catch (error) {
      this.#message = messageOf(error);
      this.#options.log.warn({ error: this.#message }, "engine did not start");
      this.#later(START_RETRY_MS, () => this.#startEngine());
    }
    this.#options.onChange();
  }

  async #restartEngine(): Promise<void> {
    this.#link.drop();
    await this.engine.stop();
    try {
      await this.engine.start({ adopt: false });
    } catch (error) {
      throw new AppError(
        "Unprocessable",
        `The engine did not start with the policy: ${messageOf(error)}`,
      );
    }
    await this.#untilLinked();
  }

  #onStarted(adopted: boolean): void {
    this.#message = undefined;
    if (adopted || !this.#filesIntact) {
      this.#renewLater(
        adopted ? "a running engine was adopted" : "the engine may have changed its files",
      );
    } else if (this.#generation !== undefined) {
      this.#live.use(this.#generation);
      this.#consistent = true;
      this.#entries.pending.loaded(this.#written);
      removeOldStates(this.paths, this.#generation.datasets);
    }
    void this.#link.open();
    this.#options.onChange();
  }

  #onExited({ signal, expected, output }: EngineExit): void {
    this.#link.drop();
    this.#consistent = false;
    // Who is killed writes nothing more; who ends by itself writes the sets it knows, perhaps halfway.
    const wroteSets = signal === null || expected;
    if (wroteSets && this.#live.generation === this.#generation) this.#filesIntact = false;
    if (!expected) this.#message = output.slice(-2000);
    this.#lists.stop();
    this.#options.onChange();
  }

  #onLinkOpen(): void {
    if (this.#entries.pending.size > 0) this.#lists.changed();
    if (!this.#renewWanted) void this.#drain();
  }

  async #drain(): Promise<void> {
    await this.#live.drain();
    this.#options.onChange();
  }

  #renewLater(reason: string): void {
    if (this.#renewWanted || this.#stopped) return;
    this.#renewWanted = true;
    void this.#renewSets(reason);
  }

  async #renewSets(reason: string): Promise<void> {
    this.#options.log.info({ reason }, "giving the engine its sets anew");
    await this.#work(async () => {
      this.#renewWanted = false;
      this.#consistent = false;
      if (this.#stopped) return;
      try {
        await this.#writeFiles();
        if (this.engine.state === "running") await this.#loadFiles();
        this.#alarm = undefined;
      } catch (error) {
        this.#filesIntact = false;
        this.#options.log.warn({ error: messageOf(error) }, "the engine's sets were not renewed");
        this.#alarm = messageOf(error);
        this.#later(RENEW_RETRY_MS, async () => this.#renewLater("the last attempt failed"));
      }
    });
    this.#options.onChange();
  }

  async #reloadLists(): Promise<void> {
    await this.#work(async () => {
      const generation = this.#live.generation;
      const commands = this.#link.commands;
      // Asked for again as soon as there is a connection.
      if (generation === undefined || commands === undefined) return;
      await this.#options.indexLock(async () => {
        await writeLists(this.paths, generation.datasets, this.#world);
        this.#written = this.#entries.pending.keys();
      });
      await reloadEngine(this.engine, commands);
      this.#entries.pending.loaded(this.#written);
    });
    this.#options.onChange();
  }

  #later(ms: number, work: () => Promise<void>): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void work(), ms);
  }
}
