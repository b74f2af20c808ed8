import {
  CommandError,
  DATASET_KINDS,
  type DatasetName,
  datasetSpec,
  LANES,
} from "@breakwater/suricata";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LiveElement } from "./elements.ts";
import type { Generation } from "./generation.ts";
import { LiveSets } from "./live-sets.ts";

/*
 * An engine that loses connections, is killed and comes back with the files of its start, and
 * a set that changes all the while. In the end the engine holds exactly the set.
 */
class World {
  readonly wanted = new Set<string>();
  files: Generation | undefined;
  #filesContent = new Set<string>();
  #newContent = new Set<string>();
  engine = new Map<string, Set<string>>();
  connected = false;
  drift = false;
  #number = 0;
  #undo: (() => void) | undefined;
  readonly live: LiveSets;
  #failNext = 0;

  constructor() {
    this.live = new LiveSets({
      commands: () => (this.connected ? this.#commands : undefined),
      isWanted: (element) => this.wanted.has(element.value),
      urlTable: () => {
        throw new Error("no URLs here");
      },
      onDrift: () => {
        this.drift = true;
      },
    });
  }

  readonly #commands = {
    datasetAdd: (set: DatasetName, value: string) =>
      this.#command(set, (values) => {
        const present = values.has(value);
        values.add(value);
        return present ? ("present" as const) : ("added" as const);
      }),
    datasetRemove: (set: DatasetName, value: string) =>
      this.#command(set, (values) =>
        values.delete(value) ? ("removed" as const) : ("absent" as const),
      ),
  };

  /** A connection may break before or after the engine did what it was told. */
  async #command<T>(set: DatasetName, act: (values: Set<string>) => T): Promise<T> {
    await Promise.resolve();
    const values = this.engine.get(set.name);
    if (values === undefined) throw new CommandError("unknown-set", "test", "unknown");
    if (this.#failNext > 0) {
      this.#failNext -= 1;
      this.connected = false;
      if (this.#failNext % 2 === 0) act(values);
      throw new CommandError("closed", "test", "broken");
    }
    return act(values);
  }

  breakSoon(count: number): void {
    this.#failNext = count;
  }

  touch(value: string, wanted: boolean): void {
    if (wanted) this.wanted.add(value);
    else this.wanted.delete(value);
    this.live.touch({ lane: "block", kind: "domain", value });
    void this.live.drain();
  }

  beginFiles(): void {
    this.#undo = this.live.filesBegin().undo;
    this.#newContent = new Set(this.wanted);
  }

  endFiles(ok: boolean): void {
    if (this.#undo === undefined) return;
    if (!ok) this.#undo();
    else {
      this.#number += 1;
      this.#filesContent = this.#newContent;
      const datasets = LANES.flatMap((lane) =>
        DATASET_KINDS.map((kind) =>
          datasetSpec({ lane, kind, entries: 0, generation: this.#number }),
        ),
      );
      this.files = { number: this.#number, datasets, counts: new Map() };
    }
    this.#undo = undefined;
  }

  /** The engine starts from the files, or reloads them. */
  load(): void {
    if (this.files === undefined || this.#undo !== undefined) return;
    for (const { name, lane, kind } of this.files.datasets) {
      const isOurs = lane === "block" && kind === "domain";
      this.engine.set(name, isOurs ? new Set(this.#filesContent) : new Set());
    }
    this.connected = true;
    this.live.use(this.files);
    void this.live.drain();
  }

  held(): string[] {
    const spec = this.live.generation?.datasets.find(
      ({ lane, kind }) => lane === "block" && kind === "domain",
    );
    return [...(this.engine.get(spec?.name ?? "") ?? [])].sort(byText);
  }
}

const byText = (a: string, b: string) => (a < b ? -1 : 1);

type Action =
  | { do: "touch"; n: number; wanted: boolean }
  | { do: "turn" }
  | { do: "break"; count: number }
  | { do: "reconnect" }
  | { do: "kill" }
  | { do: "begin-files" }
  | { do: "end-files"; ok: boolean }
  | { do: "load" };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant("touch" as const), n: fc.nat(8), wanted: fc.boolean() }),
  fc.record({ do: fc.constant("break" as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant("end-files" as const), ok: fc.boolean() }),
  fc.constantFrom<Action>(
    { do: "turn" },
    { do: "turn" },
    { do: "turn" },
    { do: "reconnect" },
    { do: "kill" },
    { do: "begin-files" },
    { do: "load" },
  ),
);

async function act(world: World, next: Action): Promise<void> {
  switch (next.do) {
    case "touch":
      return world.touch(`host${next.n}.test`, next.wanted);
    case "turn":
      await new Promise((resolve) => setImmediate(resolve));
      return;
    case "break":
      return world.breakSoon(next.count);
    case "reconnect":
      world.connected = world.engine.size > 0;
      void world.live.drain();
      return;
    case "kill":
      world.connected = false;
      world.engine.clear();
      return;
    case "begin-files":
      world.endFiles(false);
      return world.beginFiles();
    case "end-files":
      return world.endFiles(next.ok);
    case "load":
      return world.load();
  }
}

test("whatever breaks, the engine ends with exactly the set", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60, size: "max" }), async (actions) => {
      const world = new World();
      world.beginFiles();
      world.endFiles(true);
      world.load();
      for (const next of actions) await act(world, next);
      world.endFiles(false);
      world.breakSoon(0);
      // Files that were written are loaded sooner or later.
      if (world.engine.size === 0 || world.files !== world.live.generation) world.load();
      for (let i = 0; i < 3; i += 1) {
        world.connected = true;
        await world.live.drain();
      }
      expect(world.held()).toEqual([...world.wanted].sort(byText));
      expect(world.live.waiting).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test("a set that the engine does not know is reported as drift and the change kept", async () => {
  const world = new World();
  world.beginFiles();
  world.endFiles(true);
  world.load();
  world.engine.clear();
  world.touch("late.test", true);
  await world.live.drain();
  expect(world.drift).toBe(true);
  expect(world.live.waiting).toBe(1);
});

test("a value that the engine refuses is a trouble of its own and stops nobody", async () => {
  const refusing = new LiveSets({
    commands: () => ({
      datasetAdd: async (_, value) => {
        if (value === "bad.test") throw new CommandError("refused", "dataset-add", "no");
        return "added";
      },
      datasetRemove: async () => "removed",
    }),
    isWanted: () => true,
    urlTable: () => {
      throw new Error("no URLs here");
    },
    onDrift: () => undefined,
  });
  const datasets = [datasetSpec({ lane: "block", kind: "domain", entries: 0 })];
  refusing.use({ number: 1, datasets, counts: new Map() });
  const element = (value: string): LiveElement => ({ lane: "block", kind: "domain", value });
  for (const value of ["bad.test", "good.test"]) refusing.touch(element(value));
  await refusing.drain();
  expect(refusing.waiting).toBe(0);
  expect([...refusing.troubles.keys()]).toEqual(["block domain bad.test"]);
});
