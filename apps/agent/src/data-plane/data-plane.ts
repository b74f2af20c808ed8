import { messageOf } from "@breakwater/protocol";
import type { ReputationIndex } from "@breakwater/reputation-set";
import { createLock } from "@breakwater/spool";
import type { EngineCommands, EngineState } from "@breakwater/suricata";
import type { DataPlaneOptions, MemberChange } from "./data-plane-options.ts";
import { isWanted } from "./elements.ts";
import { needsRestart, testPolicy, writeFixedFiles, writePolicyFiles } from "./engine-config.ts";
import { EngineFiles } from "./engine-files.ts";
import { EngineHost } from "./engine-host.ts";
import { type EnginePaths, enginePaths } from "./engine-paths.ts";
import { EntryStates } from "./entry-states.ts";
import type { World } from "./generation.ts";
import { LiveSets } from "./live-sets.ts";
import { noteChange } from "./note-change.ts";
import type { IsPendingAt } from "./pending-entries.ts";
import type { Policy } from "./policy.ts";
import { ReloadTimer } from "./reload-timer.ts";
import { UrlTables } from "./url-tables.ts";
import { verifyEngine } from "./verify-engine.ts";

const RENEW_RETRY_MS = 3000;

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
  readonly paths: EnginePaths;
  readonly #options: DataPlaneOptions;
  readonly #host: EngineHost;
  readonly #live: LiveSets;
  readonly #tables = new UrlTables();
  readonly #lists: ReloadTimer;
  /** One change of files or reload at a time. */
  readonly #work = createLock();
  #world: World;
  #renewWanted = false;
  /** Whether the engine's sets are those of the world, but for what waits in the live sets. */
  #consistent = false;
  /** The index is empty because it was lost: the engine keeps what it has until there is a set again. */
  #holding: boolean;
  #renewTimer: NodeJS.Timeout | undefined;
  #stopped = false;
  #alarm: string | undefined;
  readonly #entries: EntryStates;
  readonly #files: EngineFiles;

  constructor(options: DataPlaneOptions, world: World) {
    this.#options = options;
    this.#holding = options.setIsLost;
    this.#world = world;
    this.paths = enginePaths(options.directory);
    this.#host = new EngineHost({
      settings: options,
      paths: this.paths,
      log: options.log,
      restart: options.restart,
      filesStamp: () => this.#files.stamp,
      onStarted: (doubt) => this.#onStarted(doubt),
      onExited: (wroteSets) => this.#onExited(wroteSets),
      onLinked: () => this.#onLinked(),
      onChange: options.onChange,
    });
    this.#live = new LiveSets({
      commands: () => this.#host.commands,
      isWanted: (element) => isWanted(this.#world.index, this.#world.policy, element),
      urlTable: (lane) => this.#tables.of(lane),
      onDrift: (reason) => this.#renewLater(reason),
    });
    this.#entries = new EntryStates(this.#live, options.now);
    this.#files = new EngineFiles({
      paths: this.paths,
      tables: this.#tables,
      live: this.#live,
      entries: this.#entries,
      indexLock: options.indexLock,
      now: options.now,
    });
    this.#lists = new ReloadTimer(options.now, () => this.#reloadLists());
  }

  /** Starts from what is on disk; never waits for the SMS. A failure is retried, not thrown. */
  async start(): Promise<void> {
    writeFixedFiles(this.paths);
    this.#tables.open(this.paths);
    writePolicyFiles(this.paths, this.#options, this.#world.policy);
    if (!this.#holding) await this.#work(() => this.#writeOrKeep());
    await this.#host.start();
  }

  async stop({ engine }: { engine: "keep" | "stop" }): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#renewTimer);
    this.#lists.stop();
    await this.#host.stop(engine);
    await this.#work(async () => undefined);
    this.#tables.close();
  }

  get world(): World {
    return this.#world;
  }

  get engineState(): EngineState {
    return this.#host.state;
  }

  /** The engine runs with everything that does not have to wait for a reload of its lists. */
  get isSettled(): boolean {
    const linked = this.#host.state === "running" && this.#host.commands !== undefined;
    return linked && this.#consistent && !this.#renewWanted && this.#live.waiting === 0;
  }

  get message(): string | undefined {
    return this.#host.message;
  }

  /** Something an operator should look at although the engine runs. */
  get alarm(): string | undefined {
    return this.#alarm;
  }

  get commands(): EngineCommands | undefined {
    return this.#host.commands;
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
    const { policy } = this.#world;
    const parts = { policy, live: this.#live, lists: this.#lists, entries: this.#entries };
    for (const change of changes) noteChange(change, parts);
    return this.#drain();
  }

  /** @throws AppError with the engine's words when it would not load the policy */
  test(policy: Policy): Promise<void> {
    return testPolicy(this.paths, this.#options, policy);
  }

  /** The same policy with another copy of the set. Failures are retried. */
  async replaceIndex(index: ReputationIndex): Promise<void> {
    this.#world = { ...this.#world, index };
    this.#holding = false;
    await this.#renewSets("the set was fetched anew");
  }

  /**
   * Puts another policy with its set into force.
   * @throws AppError when the engine does not take it; then switch back
   */
  switchTo(world: World): Promise<void> {
    return this.#work(async () => {
      this.#consistent = false;
      this.#holding = false;
      const restart = needsRestart(this.paths, this.#options, this.#world.policy, world.policy);
      this.#world = world;
      writePolicyFiles(this.paths, this.#options, world.policy);
      await this.#files.writeAll(this.#world);
      if (restart || this.#host.state !== "running") {
        await this.#host.restart();
        this.#setsLoaded();
        return;
      }
      await this.#loadFiles();
    });
  }

  /** Whether the engine is well and holds what it should. @throws AppError */
  async verify(): Promise<void> {
    await this.#drain();
    const commands = await this.#host.linked();
    await verifyEngine(commands, this.#live.generation, this.#world);
  }

  /** How much of the set the engine holds, and what not. */
  status() {
    const running = this.#host.state === "running";
    const { count } = this.#world.index;
    const notInForce = running ? this.#entries.notInForce : count;
    return {
      inForce: Math.max(0, count - notInForce),
      notInForce,
      exceptions: this.#entries.list(),
    };
  }

  /** The running engine takes the files that were just written. */
  async #loadFiles(): Promise<void> {
    const before = this.#live.generation;
    await this.#host.reload();
    this.#setsLoaded();
    const commands = await this.#host.linked();
    // Sets that no rule names any more only take memory.
    for (const spec of before?.datasets ?? []) {
      await commands.datasetClear(spec).catch(() => undefined);
    }
  }

  /** At a start: files that cannot be written are no reason not to protect with those of the last run. */
  async #writeOrKeep(): Promise<void> {
    try {
      await this.#files.writeAll(this.#world);
    } catch (error) {
      this.#files.distrust();
      this.#alarm = messageOf(error);
    }
  }

  #setsLoaded(): void {
    this.#files.setsLoaded();
    this.#consistent = this.#files.generation !== undefined;
    void this.#drain();
  }

  #onStarted(doubt: string | undefined): void {
    const reason = this.#files.intact ? doubt : "the engine may have changed its files";
    if (reason === undefined) this.#setsLoaded();
    else this.#renewLater(reason);
  }

  #onExited(wroteSets: boolean): void {
    this.#consistent = false;
    if (wroteSets && this.#live.generation === this.#files.generation) this.#files.distrust();
    this.#lists.stop();
  }

  #onLinked(): void {
    if (this.#entries.pending.size > 0) this.#lists.changed();
    if (!this.#renewWanted) void this.#drain();
  }

  async #drain(): Promise<void> {
    await this.#live.drain();
    this.#options.onChange();
  }

  #renewLater(reason: string): void {
    if (this.#renewWanted || this.#stopped || this.#holding) return;
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
        await this.#files.writeAll(this.#world);
        if (this.#host.state === "running") await this.#loadFiles();
        this.#alarm = undefined;
      } catch (error) {
        this.#files.distrust();
        this.#options.log.warn({ error: messageOf(error) }, "the engine's sets were not renewed");
        this.#alarm = messageOf(error);
        const again = () => this.#renewLater("the last attempt failed");
        if (!this.#stopped) this.#renewTimer = setTimeout(again, RENEW_RETRY_MS);
      }
    });
    this.#options.onChange();
  }

  async #reloadLists(): Promise<void> {
    await this.#work(async () => {
      const generation = this.#live.generation;
      // Asked for again as soon as there is a connection.
      if (generation === undefined || this.#host.commands === undefined) return;
      await this.#files.writeLists(this.#world, generation);
      await this.#host.reload();
      this.#files.listsLoaded();
    });
    this.#options.onChange();
  }
}
