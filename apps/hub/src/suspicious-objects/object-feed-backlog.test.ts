import type { AccountsTables } from "@breakwater/accounts";
import { silentLog, systemClock } from "@breakwater/platform";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import { ObjectStreamLine, ProductId } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hubMigrations } from "../open-database.ts";
import { type LineSink, ObjectFeed } from "./object-feed.ts";
import { saveObjects } from "./save-objects.ts";

let database: TestDatabase<AccountsTables>;
let feed: ObjectFeed;
const PRODUCT = ProductId.parse(crypto.randomUUID());

beforeAll(async () => {
  database = await createTestDatabase<AccountsTables>(await hubMigrations());
  const options = { db: database.db, clock: systemClock, log: silentLog() };
  feed = await ObjectFeed.open({ ...options, maxChanges: 5, pollMs: 50, heartbeatMs: 3_600_000 });
});
afterAll(async () => {
  await feed?.stop();
  await database?.drop();
});

/** A stream whose reader can be made slow; remembers the very buffers that were written. */
class Sink implements LineSink {
  full = false;
  readonly buffers: (string | Buffer)[] = [];
  #waiting: (() => void) | undefined;

  writeLine(line: string | Buffer): boolean {
    if (this.full) return false;
    this.buffers.push(line);
    this.#waiting?.();
    return true;
  }

  end(): void {}

  async line(index: number): Promise<ObjectStreamLine> {
    while (this.buffers.length <= index) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    return ObjectStreamLine.parse(JSON.parse(String(this.buffers[index])));
  }
}

function open(have = { revision: feed.position.revision }): Sink {
  const sink = new Sink();
  feed.subscribe(sink, PRODUCT, have);
  return sink;
}

let saved = 0;
async function save(count: number): Promise<void> {
  const limits = { UDSO: 1000, VASO: 1000 };
  const writer = { db: database.db, clock: systemClock, limits, onChange: () => feed.wake() };
  await saveObjects(
    writer,
    Array.from({ length: count }, () => {
      saved += 1;
      const value = `10.0.0.${saved}`;
      return {
        type: "ip" as const,
        value,
        shown: value,
        source: "UDSO" as const,
        riskLevel: "High" as const,
        scanAction: "block" as const,
        description: "",
        expires: null,
      };
    }),
  );
}

test("streams at the same revision get the same bytes", async () => {
  const [one, two] = [open(), open()];
  await save(2);
  await one.line(1);
  await two.line(1);
  expect(one.buffers[1]).toBe(two.buffers[1]);
});

test("a slow reader gets one longer line when it has drained, and nothing is lost", async () => {
  const [slow, quick] = [open(), open()];
  const start = feed.position.revision;
  slow.full = true;
  await save(2);
  await quick.line(1);
  await save(2);
  await quick.line(2);
  expect(slow.buffers.length).toBe(1);
  slow.full = false;
  const line = await slow.line(1);
  expect(line).toMatchObject({ t: "changes", from: start });
  expect(line.t === "changes" && line.changes.length).toBe(4);
});

test("who is too far behind is told to resync, and goes on from there", async () => {
  const slow = open();
  slow.full = true;
  await save(6);
  slow.full = false;
  const line = await slow.line(1);
  expect(line).toMatchObject({ t: "resync", position: { revision: saved } });
  await save(1);
  expect(await slow.line(2)).toMatchObject({ t: "changes", from: saved - 1 });
});

test("a change that nobody reports is found by the poll", async () => {
  const sink = open();
  const wake = feed.wake.bind(feed);
  feed.wake = () => undefined;
  await save(1);
  feed.wake = wake;
  expect(await sink.line(1)).toMatchObject({ t: "changes" });
});

test("an idle stream gets heartbeats", async () => {
  const options = { db: database.db, clock: systemClock, log: silentLog(), heartbeatMs: 20 };
  const idle = await ObjectFeed.open(options);
  const sink = new Sink();
  idle.subscribe(sink, PRODUCT, { revision: idle.position.revision });
  expect((await sink.line(1)).t).toBe("heartbeat");
  await idle.stop();
});

test("a stream that has gone is written no more", async () => {
  const sink = new Sink();
  const leave = feed.subscribe(sink, PRODUCT, { revision: feed.position.revision });
  expect(feed.products.has(PRODUCT)).toBe(true);
  leave();
  const witness = open();
  await save(1);
  await witness.line(1);
  expect(sink.buffers.length).toBe(1);
});
