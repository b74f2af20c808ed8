import {
  messageOf,
  type SetChanges,
  type SetDelta,
  type SetId,
  type SetPosition,
} from "@breakwater/protocol";
import { applyDelta, type LoadedSnapshot, ReputationIndex } from "@breakwater/reputation-set";
import type { Lock } from "@breakwater/spool";
import type { MemberChange } from "../data-plane/data-plane-options.ts";
import type { SetStore } from "../storage/set-store.ts";
import {
  initialSetSync,
  type SetSyncEffect,
  type SetSyncInput,
  type SetSyncState,
  setSyncStep,
} from "./set-sync-step.ts";

export type SetSyncOptions = {
  readonly store: SetStore;
  readonly fetch: (set: SetId, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
  /** What has changed since a version. */
  readonly check: (set: SetId, since: number) => Promise<SetChanges>;
  readonly indexLock: Lock;
  readonly now: () => number;
  readonly random: () => number;
  /** The engine has to follow; resolves when it did as far as it can now. */
  readonly onChanged: (index: ReputationIndex, changes: readonly MemberChange[]) => Promise<void>;
  readonly onReplaced: (index: ReputationIndex, set: SetId) => Promise<void>;
  /** The set is on disk and with the engine up to here. */
  readonly onPosition: (position: SetPosition) => void;
  readonly reopenStream: () => void;
  readonly onTrouble: (message: string | undefined) => void;
};

/** Keeps the set on disk, the index and the engine at the version of the SMS. Inputs are handled in order. */
export class SetSync {
  readonly #options: SetSyncOptions;
  #state: SetSyncState = initialSetSync;
  #index = new ReputationIndex();
  #queue: Promise<void> = Promise.resolve();
  #fetch: AbortController | undefined;
  #stopped = false;
  /** What may be acknowledged: later positions wait for the disk. */
  #durable: SetPosition | undefined;

  constructor(options: SetSyncOptions) {
    this.#options = options;
  }

  get index(): ReputationIndex {
    return this.#index;
  }

  /** What the stream is asked to go on from. */
  get position(): SetPosition | undefined {
    return this.#state.position;
  }

  get durablePosition(): SetPosition | undefined {
    return this.#durable;
  }

  /** Another set counts from now on; `loaded` is what there is of it on this device. */
  follow(set: SetId, loaded: LoadedSnapshot | undefined): void {
    this.#fetch?.abort();
    this.#index = loaded?.index ?? new ReputationIndex();
    this.#durable = loaded?.position;
    this.feed({ kind: "wanted", set, position: loaded?.position });
  }

  feed(input: SetSyncInput): void {
    this.#queue = this.#queue
      .then(() => this.#handle(input))
      .catch((error: unknown) => {
        this.#options.onTrouble(messageOf(error));
      });
  }

  /** Retries fetches and disk writes whose time has come. */
  tick(): void {
    this.feed({ kind: "tick" });
    this.#queue = this.#queue.then(() => this.#flush());
  }

  /** Resolves when everything fed so far has been handled. */
  settled(): Promise<void> {
    return this.#queue;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#fetch?.abort();
    await this.#queue;
  }

  async #handle(input: SetSyncInput): Promise<void> {
    if (this.#stopped) return;
    const context = { now: this.#options.now(), random: this.#options.random() };
    const { state, effects } = setSyncStep(this.#state, input, context);
    this.#state = state;
    for (const effect of effects) await this.#do(effect);
  }

  async #do(effect: SetSyncEffect): Promise<void> {
    switch (effect.kind) {
      case "apply":
        return this.#apply(effect.delta);
      case "fetch":
        // In the background: the stream is read on meanwhile.
        void this.#fetchSet(effect.set);
        return;
      case "check":
        void this.#check(effect.set, effect.since);
        return;
      case "reopen-stream":
        return this.#options.reopenStream();
    }
  }

  /** In the background. An SMS that does not answer is asked again in a minute. */
  async #check(set: SetId, since: number): Promise<void> {
    const changes = await this.#options.check(set, since).catch(() => undefined);
    if (changes !== undefined) this.feed({ kind: "checked", since, changes });
  }

  /** Verified first, then at the same time onto disk and into the engine, then acknowledged. */
  async #apply(delta: SetDelta): Promise<void> {
    const { indexLock, onChanged, store } = this.#options;
    const position = this.#state.position;
    if (position === undefined) return;
    const index = this.#index;
    const inEngine = await indexLock(async () => {
      const changes = changesOf(index, delta);
      const applied = applyDelta(index, position, delta);
      if (!applied.ok) return undefined;
      // Not awaited here: the index may go on changing while the engine is told.
      return { position: applied.value, told: onChanged(index, withAfter(index, changes)) };
    });
    if (inEngine === undefined) return this.#handle({ kind: "diverged" });
    const [durability] = await Promise.all([store.append(delta), inEngine.told]);
    await this.#handle({ kind: "applied", position: inEngine.position });
    this.#note(durability === "durable" ? inEngine.position : undefined);
  }

  #note(position: SetPosition | undefined): void {
    const { onPosition, onTrouble, store } = this.#options;
    if (position === undefined) {
      onTrouble(
        "The disk is full: changes of the reputation set are enforced, but would be lost by a restart. Free space.",
      );
      return;
    }
    onTrouble(undefined);
    this.#durable = position;
    onPosition(position);
    if (store.wantsSnapshot(position.set)) this.feed({ kind: "resync", position });
    else if (store.wantsCompaction(position.set)) void this.#compact(position.set);
  }

  /** In the background: deltas go on being applied. */
  async #compact(set: SetId): Promise<void> {
    await this.#options.store.compact(set).catch((error: unknown) => {
      this.#options.onTrouble(`The journal of the set could not be shortened: ${messageOf(error)}`);
    });
  }

  async #flush(): Promise<void> {
    const position = this.#state.position;
    if (position === undefined || position.version === this.#durable?.version || this.#stopped)
      return;
    if (this.#state.phase.kind !== "following") return;
    if ((await this.#options.store.flush(position.set)) === "durable") this.#note(position);
  }

  async #fetchSet(set: SetId): Promise<void> {
    const abort = new AbortController();
    this.#fetch = abort;
    const { fetch, store } = this.#options;
    const loaded = await fetch(set, abort.signal)
      .then((source) => store.receive(set, source))
      .catch((error: unknown) => {
        if (!abort.signal.aborted)
          this.#options.onTrouble(`The reputation set could not be fetched: ${messageOf(error)}`);
        return undefined;
      });
    if (abort.signal.aborted) return;
    this.#queue = this.#queue.then(() => this.#finishFetch(abort.signal, loaded));
  }

  async #finishFetch(signal: AbortSignal, loaded: LoadedSnapshot | undefined): Promise<void> {
    if (signal.aborted) return;
    if (loaded === undefined) return this.#handle({ kind: "fetch-failed" });
    this.#index = loaded.index;
    await this.#options.onReplaced(loaded.index, loaded.position.set);
    await this.#handle({ kind: "loaded", position: loaded.position });
    this.#note(loaded.position);
  }
}

type Touched = {
  readonly type: MemberChange["type"];
  readonly value: string;
  readonly before: number | undefined;
};

/** Entries that a delta touches, with the filter each had before. */
function changesOf(index: ReputationIndex, delta: SetDelta): Touched[] {
  const touched = new Map<string, Touched>();
  for (const [, type, value] of delta.operations) {
    const key = `${type} ${value}`;
    if (!touched.has(key)) touched.set(key, { type, value, before: filterOf(index, type, value) });
  }
  return [...touched.values()];
}

function withAfter(index: ReputationIndex, touched: readonly Touched[]): MemberChange[] {
  return touched.map((one) => ({ ...one, after: index.get(one.type, one.value) }));
}

/** A value that is none makes the delta diverge; that is found when it is applied. */
function filterOf(
  index: ReputationIndex,
  type: Touched["type"],
  value: string,
): number | undefined {
  try {
    return index.get(type, value);
  } catch {
    return undefined;
  }
}
