import fc from "fast-check";
import { expect, test } from "vitest";
import type { SpoolRecord } from "./record.ts";
import { scanSegment, segmentFirstSeq } from "./segment.ts";
import { NO_POSITION } from "./source-position.ts";
import { Spool, type SpoolItem } from "./spool.ts";
import { PowerCut, SimulatedDisk } from "./testing/simulated-disk.ts";

/*
 * A device reads numbered lines from its source, spools them and sends them to a receiver. Power
 * goes at any disk operation, messages are lost, repeated and late. Afterwards every line has
 * arrived exactly once and in order, or is counted by a tombstone.
 */
type Action =
  | { do: "produce"; lines: number }
  | { do: "spool"; lines: number; telemetry: boolean }
  | { do: "send"; answer: "arrives" | "lost" | "twice" }
  | { do: "resend-old" }
  | { do: "power-cut"; after: number }
  | { do: "kill"; after: number }
  | { do: "sync-error"; outcome: "lost" | "unknown" }
  | { do: "disk-full" }
  | { do: "space-again" }
  | { do: "rot"; segment: number; at: number };

const produce = fc.record({
  do: fc.constant("produce" as const),
  lines: fc.integer({ min: 5, max: 30 }),
});
const spoolSome = fc.record({
  do: fc.constant("spool" as const),
  lines: fc.integer({ min: 1, max: 6 }),
  telemetry: fc.boolean(),
});
const send = fc.record({
  do: fc.constant("send" as const),
  answer: fc.constantFrom("arrives" as const, "lost" as const, "twice" as const),
});
const resendOld = fc.constant({ do: "resend-old" as const });
const powerCut = fc.record({
  do: fc.constant("power-cut" as const),
  after: fc.integer({ min: 0, max: 40 }),
});
const kill = fc.record({
  do: fc.constant("kill" as const),
  after: fc.integer({ min: 0, max: 40 }),
});
const syncError = fc.record({
  do: fc.constant("sync-error" as const),
  outcome: fc.constantFrom("lost" as const, "unknown" as const),
});
const diskFull = fc.constant({ do: "disk-full" as const });
const spaceAgain = fc.constant({ do: "space-again" as const });
const rotSome = fc.record({
  do: fc.constant("rot" as const),
  segment: fc.integer({ min: 0, max: 9 }),
  at: fc.nat(4000),
});

/** Segments before the newest good record: without that record nobody knows what was read. */
async function rotten(disk: SimulatedDisk): Promise<string[]> {
  const names = (await disk.list()).filter((name) => segmentFirstSeq(name) !== undefined).sort();
  while (names.length > 0) {
    const name = names.pop();
    if (name === undefined) break;
    const scan = scanSegment(await disk.read(name, 0, await disk.size(name)));
    if (scan.entries.length > 0) return names;
  }
  return [];
}

class Receiver {
  next = 0;
  readonly lines: number[] = [];
  lost = 0;
  seen: SpoolRecord[] = [];

  receive(records: readonly SpoolRecord[]): number {
    for (const record of records) this.#receiveOne(record);
    this.seen = [...records];
    return this.next;
  }

  #receiveOne(record: SpoolRecord): void {
    const end = record.seq + record.count;
    if (end <= this.next) return;
    if (record.seq > this.next) throw new Error(`gap: wanted ${this.next}, got ${record.seq}`);
    const skip = this.next - record.seq;
    if (record.kind === "tombstone") this.lost += record.count - skip;
    else this.lines.push(...linesOf(record.payload).slice(skip));
    this.next = end;
  }
}

function linesOf(payload: Buffer): number[] {
  return payload.toString().trim().split(/\s+/).map(Number);
}

function itemOf(from: number, to: number, telemetry: boolean): SpoolItem {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i);
  return {
    count: to - from,
    recordClass: telemetry ? "telemetry" : "event",
    firstTime: from,
    lastTime: to - 1,
    position: { ...NO_POSITION, offset: to },
    payload: Buffer.from(numbers.map((n) => String(n).padStart(12)).join("")),
  };
}

async function simulate(
  actions: readonly Action[],
  seed: number,
  maxBytes: number,
): Promise<Receiver> {
  const disk = new SimulatedDisk();
  const receiver = new Receiver();
  const random = randomOf(seed);
  let produced = 0;
  let epochs = 0;
  const options = {
    disk,
    newEpoch: () => String(epochs++).padStart(16, "0"),
    segmentBytes: 600,
    maxBytes,
    reserveBytes: 0,
  };
  let spool: Spool | undefined;
  /** A killed process leaves the page cache; a power cut does not. */
  let processOnly = false;
  const alive = async () => {
    spool ??= await Spool.open(options);
    return spool;
  };
  const spoolLines = async (count: number, telemetry: boolean) => {
    const open = await alive();
    const from = open.position?.offset ?? 0;
    const to = Math.min(produced, from + count);
    if (to > from) await open.append([itemOf(from, to, telemetry)]);
  };
  const send = async (answer: "arrives" | "lost" | "twice") => {
    const open = await alive();
    const records = await open.read(receiver.next, 300);
    const next = receiver.receive(records);
    if (answer === "twice") receiver.receive(records);
    if (answer !== "lost") await open.acknowledge(next);
  };
  const act = async (action: Action): Promise<void> => {
    switch (action.do) {
      case "produce":
        produced += action.lines;
        return;
      case "spool":
        return spoolLines(action.lines, action.telemetry);
      case "send":
        return send(action.answer);
      case "resend-old":
        receiver.receive(receiver.seen);
        return;
      case "power-cut":
        disk.powerFor = action.after;
        processOnly = false;
        return;
      case "kill":
        disk.powerFor = action.after;
        processOnly = true;
        return;
      case "sync-error":
        disk.nextSync = action.outcome;
        return;
      case "disk-full":
        disk.space = 37;
        return;
      case "space-again":
        disk.space = Number.POSITIVE_INFINITY;
        return;
      case "rot": {
        // An open spool has synced what it found: only then is the newest record really there.
        await alive();
        const name = (await rotten(disk))[action.segment];
        if (name !== undefined) disk.flipByte(name, action.at);
        return;
      }
    }
  };
  const survive = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof PowerCut) && !causedByPowerCut(error)) {
        if (isInjected(error)) return;
        throw error;
      }
      spool = undefined;
      if (processOnly) disk.powerFor = Number.POSITIVE_INFINITY;
      else disk.crash(random);
    }
  };

  for (const action of actions) await survive(() => act(action));
  disk.powerFor = Number.POSITIVE_INFINITY;
  disk.space = Number.POSITIVE_INFINITY;
  disk.nextSync = undefined;
  for (let round = 0; round < 2000; round += 1) {
    await survive(() => spoolLines(5, false));
    await survive(() => send("arrives"));
    if (receiver.lines.length + receiver.lost >= produced) break;
  }
  expect(receiver.lines.length + receiver.lost).toBe(produced);
  expect(receiver.lines).toEqual([...new Set(receiver.lines)].sort((a, b) => a - b));
  expect(epochs).toBeGreaterThan(0);
  return receiver;
}

function causedByPowerCut(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof PowerCut;
}

function isInjected(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (
    cause instanceof Error && "code" in cause && (cause.code === "EIO" || cause.code === "ENOSPC")
  );
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const long = { minLength: 1, maxLength: 100, size: "max" } as const;
const usual = [produce, spoolSome, spoolSome, send, resendOld, powerCut, kill, syncError] as const;

test("power cuts, lost answers, repeats, failed fsyncs and full disks lose and double nothing", async () => {
  const actions = fc.array(fc.oneof(...usual, diskFull, spaceAgain), long);
  await fc.assert(
    fc.asyncProperty(actions, fc.nat(), async (all, seed) => {
      const receiver = await simulate(all, seed, 1_000_000);
      expect(receiver.lost).toBe(0);
    }),
    { numRuns: 1000 },
  );
});

test("damaged segments are reported as counted gaps, and the rest arrives", async () => {
  const actions = fc.array(fc.oneof(...usual, spoolSome, rotSome), long);
  let lost = 0;
  await fc.assert(
    fc.asyncProperty(actions, fc.nat(), async (all, seed) => {
      lost += (await simulate(all, seed, 1_000_000)).lost;
    }),
    { numRuns: 1000 },
  );
  expect(lost).toBeGreaterThan(100);
});

test("a bounded spool gives up the oldest and counts every item it gave up", async () => {
  const actions = fc.array(
    fc.oneof(produce, spoolSome, spoolSome, spoolSome, send, powerCut),
    long,
  );
  let lost = 0;
  await fc.assert(
    fc.asyncProperty(actions, fc.nat(), async (all, seed) => {
      lost += (await simulate(all, seed, 2_400)).lost;
    }),
    { numRuns: 1000 },
  );
  expect(lost).toBeGreaterThan(1000);
});
