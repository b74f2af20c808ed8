import {
  type SetChanges,
  type SetDelta,
  SetId,
  type SetOperation,
  type SetPosition,
} from "@breakwater/protocol";
import {
  applyDelta,
  encodeSnapshot,
  loadSnapshot,
  makeDelta,
  positionOf,
  ReputationIndex,
} from "@breakwater/reputation-set";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  initialSetSync,
  type SetSyncEffect,
  type SetSyncInput,
  setSyncStep,
} from "./set-sync-step.ts";

const SET = SetId.parse("5f2f9e7e-52c2-4d3c-9a34-0f0a0a7b6a11");

/** Keeps the last few deltas; older versions get a resync. Its stream may lose its end at any time. */
class FakeServer {
  readonly index = new ReputationIndex();
  version = 0;
  deltas: SetDelta[] = [];

  change(operations: SetOperation[]): SetDelta {
    const delta = makeDelta(this.index, SET, this.version, this.version + 1, operations);
    this.version += 1;
    this.deltas = [...this.deltas, delta].slice(-3);
    return delta;
  }

  position(): SetPosition {
    return positionOf(this.index, SET, this.version);
  }

  changes(since: number): SetChanges {
    const operations = this.deltas.filter(({ from }) => from >= since);
    const delta =
      operations[0]?.from === since
        ? {
            ...this.position(),
            from: since,
            to: this.version,
            operations: operations.flatMap((one) => one.operations),
          }
        : null;
    return { position: this.position(), delta };
  }

  /** What a stream opened with `have` begins with. */
  opening(have: number | undefined): SetSyncInput[] {
    const hello: SetSyncInput = { kind: "hello", position: this.position() };
    const from = this.deltas.findIndex((delta) => delta.from === have);
    if (have === this.version) return [hello];
    if (from < 0) return [hello, { kind: "resync", position: this.position() }];
    return [hello, ...this.deltas.slice(from).map((delta) => ({ kind: "delta" as const, delta }))];
  }
}

class FakeDevice {
  state = initialSetSync;
  index = new ReputationIndex();
  now = 0;
  streamOpen = true;
  readonly inbox: SetSyncInput[] = [];
  readonly #server: FakeServer;
  fetching = false;
  fetches = 0;
  readonly checks: number[] = [];

  constructor(server: FakeServer) {
    this.#server = server;
  }

  input(input: SetSyncInput): void {
    const { state, effects } = setSyncStep(this.state, input, { now: this.now, random: 0.5 });
    this.state = state;
    for (const effect of effects) this.#do(effect);
  }

  #do(effect: SetSyncEffect): void {
    switch (effect.kind) {
      case "apply":
        return this.#apply(effect.delta);
      case "fetch":
        this.fetching = true;
        this.fetches += 1;
        return;
      case "check":
        this.checks.push(effect.since);
        return;
      case "reopen-stream":
        return this.reopen();
    }
  }

  #apply(delta: SetDelta): void {
    const position = this.state.position;
    if (position === undefined) throw new Error("applied without a position");
    const applied = applyDelta(this.index, position, delta);
    this.input(applied.ok ? { kind: "applied", position: applied.value } : { kind: "diverged" });
  }

  reopen(): void {
    this.inbox.length = 0;
    this.inbox.push(...this.#server.opening(this.state.position?.version));
    this.streamOpen = true;
  }

  /** The oldest check is answered; its question may be older than what the device holds now. */
  checkEnds(): void {
    const since = this.checks.shift();
    if (since === undefined) return;
    this.input({ kind: "checked", since, changes: this.#server.changes(since) });
  }

  async fetchEnds(ok: boolean): Promise<void> {
    if (!this.fetching) return;
    this.fetching = false;
    if (!ok) return this.input({ kind: "fetch-failed" });
    const { index, version } = this.#server;
    const loaded = await loadSnapshot(encodeSnapshot(index, SET, version), { maxMembers: 1000 });
    this.index = loaded.index;
    this.input({ kind: "loaded", position: loaded.position });
  }
}

type Action =
  | { do: "change"; n: number; add: boolean }
  | { do: "deliver" }
  | { do: "lose-next" }
  | { do: "break" }
  | { do: "reconnect" }
  | { do: "fetch"; ok: boolean }
  | { do: "corrupt" }
  | { do: "check" }
  | { do: "wait" };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant("change" as const), n: fc.nat(20), add: fc.boolean() }),
  fc.record({ do: fc.constant("fetch" as const), ok: fc.boolean() }),
  fc.constantFrom<Action>(
    { do: "deliver" },
    { do: "deliver" },
    { do: "lose-next" },
    { do: "break" },
    { do: "reconnect" },
    { do: "corrupt" },
    { do: "check" },
    { do: "wait" },
  ),
);

async function act(server: FakeServer, device: FakeDevice, next: Action): Promise<void> {
  switch (next.do) {
    case "change": {
      const value = `host${next.n}.test`;
      const delta = server.change([next.add ? ["+", "domain", value, 1] : ["-", "domain", value]]);
      if (device.streamOpen) device.inbox.push({ kind: "delta", delta });
      return;
    }
    case "deliver": {
      const input = device.inbox.shift();
      if (input !== undefined) device.input(input);
      return;
    }
    case "lose-next":
      device.inbox.shift();
      return;
    case "break":
      device.inbox.length = 0;
      device.streamOpen = false;
      return;
    case "reconnect":
      return device.reopen();
    case "fetch":
      return device.fetchEnds(next.ok);
    case "corrupt":
      device.index.put("ipv4", "10.6.6.6", 1);
      return;
    case "check":
      return device.checkEnds();
    case "wait":
      device.now += 20_000;
      return device.input({ kind: "tick" });
  }
}

test("whatever is lost, broken or corrupted, the device ends with the server's set", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 80, size: "max" }), async (actions) => {
      const server = new FakeServer();
      const device = new FakeDevice(server);
      device.input({ kind: "wanted", set: SET, position: undefined });
      for (const next of actions) await act(server, device, next);
      server.change([["+", "domain", "last.test", 2]]);
      device.reopen();
      for (let round = 0; round < 8; round += 1) {
        while (device.inbox.length > 0) await act(server, device, { do: "deliver" });
        await device.fetchEnds(true);
        device.now += 120_000;
        device.input({ kind: "tick" });
      }
      expect(device.index.checksum).toBe(server.index.checksum);
      expect(device.state).toMatchObject({
        phase: { kind: "following" },
        position: server.position(),
      });
    }),
    { numRuns: 200 },
  );
});

test("a stream that brings nothing any more is found out and opened anew", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60, size: "max" }), async (actions) => {
      const server = new FakeServer();
      const device = new FakeDevice(server);
      device.input({ kind: "wanted", set: SET, position: undefined });
      for (const next of actions) await act(server, device, next);
      server.change([["+", "domain", "last.test", 2]]);
      device.inbox.length = 0;
      for (let round = 0; round < 10; round += 1) {
        device.now += 75_000;
        device.input({ kind: "tick" });
        while (device.checks.length > 0) device.checkEnds();
        await device.fetchEnds(true);
        while (device.inbox.length > 0) await act(server, device, { do: "deliver" });
      }
      expect(device.state).toMatchObject({
        phase: { kind: "following" },
        position: server.position(),
      });
    }),
    { numRuns: 300 },
  );
});

test("while deltas come, nobody is asked; a quiet minute asks once", async () => {
  const server = new FakeServer();
  const device = new FakeDevice(server);
  device.input({ kind: "wanted", set: SET, position: server.position() });
  for (let seconds = 0; seconds < 300; seconds += 30) {
    device.now += 30_000;
    await act(server, device, { do: "change", n: seconds % 20, add: true });
    while (device.inbox.length > 0) await act(server, device, { do: "deliver" });
    device.input({ kind: "tick" });
  }
  expect(device.checks).toEqual([]);
  for (let seconds = 0; seconds < 60; seconds += 1) {
    device.now += 1000;
    device.input({ kind: "tick" });
  }
  expect(device.checks).toEqual([server.version]);
  const { fetches } = device;
  device.checkEnds();
  expect([device.fetches, device.inbox]).toEqual([fetches, []]);
});

test("a restart with the current version fetches nothing", async () => {
  const server = new FakeServer();
  server.change([["+", "domain", "a.test", 1]]);
  const device = new FakeDevice(server);
  device.index.put("domain", "a.test", 1);
  device.input({ kind: "wanted", set: SET, position: server.position() });
  device.reopen();
  while (device.inbox.length > 0) await act(server, device, { do: "deliver" });
  expect(device.fetches).toBe(0);
});

test("deltas of another set are ignored", () => {
  const other = new FakeServer();
  const delta = other.change([["+", "domain", "a.test", 1]]);
  const device = new FakeDevice(other);
  device.input({ kind: "delta", delta });
  expect(device.state).toEqual(initialSetSync);
});
