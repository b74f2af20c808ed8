import { type SetDelta, SetId } from "@breakwater/protocol";
import { encodeSnapshot, makeDelta, positionOf, ReputationIndex } from "@breakwater/reputation-set";
import { PowerCut, SimulatedDisk } from "@breakwater/spool/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SetStore } from "./set-store.ts";

const SET = SetId.parse("5f2f9e7e-52c2-4d3c-9a34-0f0a0a7b6a11");
const OTHER = SetId.parse("11111111-1111-4111-8111-111111111111");
const options = { maxMembers: 1000, maxJournalBytes: 400 };

/** A server that remembers every version it ever had. */
class History {
  readonly index = new ReputationIndex();
  readonly checksums = new Map([[0, this.index.checksum as string]]);
  version = 0;

  change(n: number): SetDelta {
    const delta = makeDelta(this.index, SET, this.version, this.version + 1, [
      ["+", "domain", `host${n}.test`, (this.version % 3) + 1],
    ]);
    this.version += 1;
    this.checksums.set(this.version, delta.checksum);
    return delta;
  }

  async *snapshot(): AsyncGenerator<Buffer> {
    yield* encodeSnapshot(this.index, SET, this.version);
  }
}

type Action =
  | { do: "delta"; n: number }
  | { do: "snapshot" }
  /** The journal is worked in while `n` more deltas come. */
  | { do: "compact"; n: number }
  | { do: "power-cut"; after: number }
  | { do: "disk-full" }
  | { do: "space-again" };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant("delta" as const), n: fc.nat(9) }),
  fc.record({ do: fc.constant("delta" as const), n: fc.nat(9) }),
  fc.constant({ do: "snapshot" as const }),
  fc.record({ do: fc.constant("compact" as const), n: fc.nat(3) }),
  fc.record({ do: fc.constant("power-cut" as const), after: fc.nat(25) }),
  fc.constantFrom<Action>({ do: "disk-full" }, { do: "space-again" }),
);

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A device that takes every delta it can, and starts again from its disk after each power cut. */
class Device {
  readonly #disk = new SimulatedDisk();
  readonly #history: History;
  readonly #random: () => number;
  #store: SetStore | undefined;
  /** In memory: what the next delta has to start from. */
  #version: number | undefined;
  /** What it was told is durable. */
  promised = -1;

  constructor(history: History, random: () => number) {
    this.#history = history;
    this.#random = random;
  }

  async act(next: Action): Promise<void> {
    if (next.do === "power-cut") this.#disk.powerFor = next.after;
    else if (next.do === "disk-full") this.#disk.space = 40;
    else if (next.do === "space-again") this.#disk.space = Number.POSITIVE_INFINITY;
    else if (next.do === "delta") await this.#survive(() => this.#delta(next.n));
    else if (next.do === "compact") await this.#survive(() => this.#compact(next.n));
    else await this.#survive(() => this.#fetch());
  }

  async #compact(deltas: number): Promise<void> {
    const store = await this.#open();
    const work = [store.compact(SET)];
    for (let n = 0; n < deltas; n += 1) work.push(this.#delta(n));
    const outcomes = await Promise.allSettled(work);
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  async #delta(n: number): Promise<void> {
    const delta = this.#history.change(n);
    const store = await this.#open();
    if (this.#version !== delta.from) return;
    this.#version = delta.to;
    if ((await store.append(delta)) === "durable") this.promised = delta.to;
  }

  async #fetch(): Promise<void> {
    const store = await this.#open();
    const loaded = await store.receive(SET, this.#history.snapshot());
    this.#version = loaded.position.version;
    this.promised = loaded.position.version;
  }

  async #open(): Promise<SetStore> {
    if (this.#store !== undefined) return this.#store;
    const store = new SetStore({ disk: this.#disk, ...options });
    const loaded = await store.load(SET);
    this.#version = loaded?.position.version;
    this.#check(loaded?.position.version, loaded?.index.checksum);
    this.#store = store;
    return store;
  }

  #check(version: number | undefined, checksum: string | undefined): void {
    if ((version ?? -1) < this.promised)
      throw new Error(`promised ${this.promised}, found ${version}`);
    if (version !== undefined && checksum !== this.#history.checksums.get(version))
      throw new Error("another set");
  }

  async #survive(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const cut =
        error instanceof PowerCut || (error instanceof Error && error.cause instanceof PowerCut);
      if (!cut && !isDiskFull(error)) throw error;
      if (!cut) return;
      this.#store = undefined;
      this.#disk.crash(this.#random);
    }
  }

  async restart(): Promise<void> {
    this.#disk.powerFor = Number.POSITIVE_INFINITY;
    this.#disk.space = Number.POSITIVE_INFINITY;
    this.#disk.crash(this.#random);
    this.#store = undefined;
    await this.#open();
  }
}

function isDiskFull(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ENOSPC" || error.code === "DiskFull")
  );
}

test("after any power cut the set is one that the server had, and not older than was promised", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 50, size: "max" }),
      fc.nat(),
      async (actions, seed) => {
        const device = new Device(new History(), randomOf(seed));
        for (const next of actions) await device.act(next);
        await device.restart();
        expect(device.promised).toBeGreaterThanOrEqual(-1);
      },
    ),
    { numRuns: 200 },
  );
});

test("a long journal is worked into the snapshot, and what comes meanwhile is kept", async () => {
  const disk = new SimulatedDisk();
  const store = new SetStore({ disk, ...options });
  const history = new History();
  await store.receive(SET, history.snapshot());
  while (!store.wantsCompaction(SET)) await store.append(history.change(history.version));
  const compacting = store.compact(SET);
  await store.append(history.change(99));
  await compacting;
  await store.append(history.change(100));
  expect(store.wantsCompaction(SET)).toBe(false);
  expect((await disk.list()).sort()).toEqual([
    `${SET}.00000002.journal`,
    `${SET}.00000002.snapshot`,
  ]);
  const again = await new SetStore({ disk, ...options }).load(SET);
  expect(again?.position).toEqual(positionOf(history.index, SET, history.version));
});

test("a snapshot of another set, or a damaged one, leaves the stored one alone", async () => {
  const disk = new SimulatedDisk();
  const store = new SetStore({ disk, ...options });
  const history = new History();
  history.change(1);
  await store.receive(SET, history.snapshot());
  await expect(store.receive(OTHER, history.snapshot())).rejects.toThrow(/another reputation set/);
  async function* cutOff() {
    for await (const part of history.snapshot()) yield part.subarray(0, part.length - 1);
  }
  await expect(store.receive(SET, cutOff())).rejects.toThrow(/cannot be used/);
  const again = await new SetStore({ disk, ...options }).load(SET);
  expect(again?.position).toEqual(positionOf(history.index, SET, 1));
  expect((await disk.list()).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("sets that are not needed any more are deleted, journals and all", async () => {
  const disk = new SimulatedDisk();
  const store = new SetStore({ disk, ...options });
  const history = new History();
  await store.receive(SET, history.snapshot());
  await store.append(history.change(1));
  await store.keepOnly(new Set([OTHER]));
  expect(await disk.list()).toEqual([]);
  expect(await store.load(SET)).toBeUndefined();
});
