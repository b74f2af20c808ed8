import { silentLog } from "@breakwater/platform";
import { DeviceId, SetId, type SetPosition, StreamLine } from "@breakwater/protocol";
import { EMPTY_CHECKSUM } from "@breakwater/reputation-set";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ChangesSince } from "../../reputation/index.ts";
import { AgentStream, type LineWriter } from "./agent-stream.ts";
import { LONGEST_WAIT_MS, QUIET_MS } from "./resync-damper.ts";
import { SetBroadcaster } from "./set-broadcaster.ts";

const SET = SetId.parse("00000000-0000-4000-8000-00000000000a");
const DEVICE = DeviceId.parse("00000000-0000-4000-8000-000000000001");

/** A set whose every version adds one address. */
class ModelSet {
  version = 1;
  forgotten = 0;
  most = 100;
  reads = 0;

  read = async (_: SetId, versions: readonly number[]) => {
    this.reads += 1;
    const position = {
      set: SET,
      version: this.version,
      checksum: EMPTY_CHECKSUM,
      count: this.version,
      forgotten: this.forgotten,
    };
    return new Map(
      versions.map((from): [number, ChangesSince] => [from, this.#since(from, position)]),
    );
  };

  #since(from: number, position: SetPosition & { forgotten: number }): ChangesSince {
    const operations = [];
    for (let n = from + 1; n <= this.version; n += 1) {
      operations.push(["+", "ipv4", `192.0.2.${n}`, 1] as ["+", "ipv4", string, number]);
    }
    return { position, operations, complete: operations.length <= this.most };
  }
}

/** A reader that can be too slow; keeps the written buffers to see that they are shared. */
class Reader implements LineWriter {
  readonly lines: StreamLine[] = [];
  readonly buffers: unknown[] = [];
  full = false;
  closed = false;

  write(value: unknown): boolean {
    if (this.full) return false;
    this.lines.push(StreamLine.parse(value));
    return true;
  }

  writeLine(line: string | Buffer): boolean {
    if (this.full) return false;
    this.buffers.push(line);
    return this.write(JSON.parse(line.toString()));
  }

  end(): void {}
  destroy(): void {}
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const set = new ModelSet();
  const broadcaster = new SetBroadcaster({
    set: SET,
    log: silentLog(),
    now: Date.now,
    read: set.read,
  });
  const join = async (having: Parameters<typeof broadcaster.join>[1]) => {
    const reader = new Reader();
    await broadcaster.join(new AgentStream(DEVICE, reader), having);
    return reader;
  };
  const change = async (versions = 1) => {
    set.version += versions;
    broadcaster.wake();
    await vi.advanceTimersByTimeAsync(30);
  };
  return { set, broadcaster, join, change };
}

const summary = (reader: Reader) =>
  reader.lines.map((line) => (line.t === "delta" ? `${line.delta.from}-${line.delta.to}` : line.t));

test("all streams at one version get the same bytes, read once", async () => {
  const { set, join, change } = setUp();
  const readers = [await join(1), await join(1), await join(1)];
  const before = set.reads;
  await change();
  expect(set.reads).toBe(before + 1);
  for (const reader of readers) {
    expect(summary(reader)).toEqual(["1-2"]);
    expect(reader.buffers[0]).toBe(readers[0]?.buffers[0]);
  }
});

test("whoever joins is brought to where the others are, without a break in anybody's row", async () => {
  const { set, join, change } = setUp();
  const first = await join(1);
  set.version = 4;
  const second = await join(2);
  const third = await join("later");
  await change();
  expect(summary(first)).toEqual(["1-4", "4-5"]);
  expect(summary(second)).toEqual(["2-4", "4-5"]);
  expect(summary(third)).toEqual(["4-5"]);
});

test("too far behind, forgotten, from the future or empty: the whole set", async () => {
  const { set, join } = setUp();
  set.version = 50;
  set.forgotten = 10;
  set.most = 5;
  for (const having of [9, 20, 99, "nothing"] as const) {
    expect(summary(await join(having))).toEqual(["resync"]);
  }
  expect(summary(await join(46))).toEqual(["46-50"]);
});

test("a slow reader loses deltas, is told to fetch the set, and then follows again", async () => {
  const { broadcaster, join, change } = setUp();
  const reader = await join(1);
  reader.full = true;
  await change();
  await change();
  expect(summary(reader)).toEqual([]);
  reader.full = false;
  broadcaster.catchUpLaggards();
  await change();
  expect(summary(reader)).toEqual(["resync", "3-4"]);
});

test("while an import moves the set, devices are told to fetch it seldom, and once when it ends", async () => {
  const { join, change } = setUp();
  const reader = await join(1);
  for (let moved = 0; moved < LONGEST_WAIT_MS + 5000; moved += 250) {
    await change(200);
    await vi.advanceTimersByTimeAsync(220);
  }
  expect(summary(reader)).toEqual(["resync"]);
  await vi.advanceTimersByTimeAsync(QUIET_MS);
  expect(summary(reader)).toEqual(["resync", "resync"]);
  await change();
  expect(summary(reader).slice(2)).toEqual(["16001-16002"]);
});

test("a device that is up to date gets a single change at once, also while others are behind", async () => {
  const { join, change } = setUp();
  const behind = await join(1);
  await change(200);
  const fresh = await join(201);
  await change();
  expect(summary(fresh)).toEqual(["201-202"]);
  expect(summary(behind)).toEqual([]);
  await vi.advanceTimersByTimeAsync(QUIET_MS);
  expect(summary(behind)).toEqual(["resync"]);
  await change();
  expect(summary(behind)).toEqual(["resync", "202-203"]);
});

test("who leaves while it is behind is not waited for", async () => {
  const { broadcaster, set } = setUp();
  const stream = new AgentStream(DEVICE, new Reader());
  set.version = 500;
  await broadcaster.join(stream, 500);
  set.version = 900;
  broadcaster.wake();
  await vi.advanceTimersByTimeAsync(30);
  broadcaster.leave(stream);
  expect(broadcaster.isIdle).toBe(true);
});
