import type { AccountsTables } from "@breakwater/accounts";
import { silentLog, systemClock } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import { feedObjectDigest, sumDigests, toFeedChecksum } from "@breakwater/reputation-set";
import { sql } from "kysely";
import { afterAll, beforeEach, expect, test } from "vitest";
import { hubMigrations } from "../open-database.ts";
import { deleteObjects } from "./delete-objects.ts";
import { Expiry } from "./expiry.ts";
import { readFeedChanges } from "./product-routes.ts";
import { type ObjectWriter, saveObjects } from "./save-objects.ts";
import { purgeTombstones, readChanges, readCounts, readFeedState, readLiveAfter } from "./store.ts";
import { type Assertion, toFeedObjects } from "./stored-object.ts";

const test_databases: TestDatabase<AccountsTables>[] = [];
let database: TestDatabase<AccountsTables>;
let writer: ObjectWriter;

beforeEach(async () => {
  database = await createTestDatabase<AccountsTables>(await hubMigrations());
  test_databases.push(database);
  const limits = { UDSO: 1000, VASO: 1000 };
  writer = { db: database.db, clock: systemClock, limits, onChange: () => undefined };
});
afterAll(async () => {
  for (const one of test_databases) await one.drop();
});

const ip = (value: string, over: Partial<Assertion> = {}): Assertion => ({
  type: "ip",
  value,
  shown: value,
  source: "UDSO",
  riskLevel: "High",
  scanAction: "block",
  description: "",
  expires: null,
  ...over,
});

/** The position must agree with what the table really holds. */
async function expectConsistent(): Promise<void> {
  const state = await readFeedState(database.db);
  const objects = (await readLiveAfter(database.db, undefined, 10_000)).flatMap(toFeedObjects);
  expect(state.count).toBe(objects.length);
  expect(state.checksum).toBe(toFeedChecksum(sumDigests(objects.map(feedObjectDigest))));
  const counted = (await readCounts(database.db)).reduce((sum, { count }) => sum + count, 0);
  expect(counted).toBe(objects.length);
}

test("writers at the same time: a reader that goes on from the last revision misses nothing", async () => {
  const copy = new Map<string, number>();
  let since = 0;
  let isWriting = true;
  const read = async () => {
    const { objects, state } = await readChanges(database.db, since, 50);
    for (const object of objects) {
      expect(object.revision).toBeGreaterThan(since);
      since = object.revision;
      if (object.deleted) copy.delete(object.value);
      else copy.set(object.value, object.revision);
    }
    return since === state.revision;
  };
  const reader = (async () => {
    while (isWriting || !(await read())) await read();
  })();
  await Promise.all(
    [1, 2, 3, 4].map(async (seed) => {
      for (let round = 0; round < 15; round += 1) {
        // Overlapping keys in different orders: the case for deadlocks and lost checksums.
        const keys = Array.from({ length: 8 }, (_, i) => `10.0.0.${(i * seed * 7 + round) % 40}`);
        const riskLevel = round % 2 === 0 ? "High" : "Low";
        if (round % 3 === 2) {
          await deleteObjects(
            writer,
            keys.map((value) => ({ type: "ip" as const, value })),
          );
        } else
          await saveObjects(
            writer,
            keys.map((value) => ip(value, { riskLevel })),
          );
      }
    }),
  );
  isWriting = false;
  await reader;
  const live = await readLiveAfter(database.db, undefined, 1000);
  expect(Object.fromEntries(copy)).toEqual(
    Object.fromEntries(live.map(({ value, revision }) => [value, revision])),
  );
  await expectConsistent();
});

test("checksum and count follow every kind of change", async () => {
  const expires = new Date(Date.now() + 60_000);
  await saveObjects(writer, [ip("192.0.2.1"), ip("192.0.2.2", { source: "VASO" })]);
  await expectConsistent();
  await saveObjects(writer, [ip("192.0.2.1", { expires }), ip("192.0.2.2", { scanAction: "log" })]);
  await expectConsistent();
  await saveObjects(writer, [{ ...ip("a@b.example"), type: "senderMailAddress" }]);
  expect((await readFeedState(database.db)).revision).toBe(4);
  await deleteObjects(writer, [{ type: "ip", value: "192.0.2.2" }]);
  await deleteObjects(writer, [{ type: "senderMailAddress", value: "a@b.example" }]);
  await expectConsistent();
});

test("a transaction that fails leaves no revision, no object, no checksum", async () => {
  await saveObjects(writer, [ip("192.0.2.1")]);
  const before = await readFeedState(database.db);
  const failing = saveObjects(writer, [ip("192.0.2.2")], async () => {
    throw new Error("the audit log is not writable");
  });
  await expect(failing).rejects.toThrow("not writable");
  expect(await readFeedState(database.db)).toEqual(before);
  await expectConsistent();
});

test("limits count per type and source, and free a place when an object goes", async () => {
  writer = { ...writer, limits: { UDSO: 2, VASO: 1 } };
  const save = async (...objects: Assertion[]) =>
    (await saveObjects(writer, objects)).map(({ kind }) => kind);
  expect(await save(ip("10.0.0.1"), ip("10.0.0.1"), ip("10.0.0.2"), ip("10.0.0.3"))).toEqual([
    "added",
    "changed",
    "added",
    "rejected",
  ]);
  expect(await save(ip("10.0.0.2", { riskLevel: "Low" }))).toEqual(["changed"]);
  expect(await save(ip("10.0.0.2", { source: "VASO" }), ip("10.0.0.4"))).toEqual([
    "changed",
    "added",
  ]);
  await deleteObjects(writer, [{ type: "ip", value: "10.0.0.1" }]);
  expect(await save(ip("10.0.0.3"))).toEqual(["added"]);
  await expectConsistent();
  const { rows } = await sql`select value from suspicious_object where revision = 0`.execute(
    database.db,
  );
  expect(rows).toEqual([]);
});

test("objects go at their time as deletions, and not when they were extended meanwhile", async () => {
  let now = new Date("2026-01-01T00:00:00Z");
  const later = (ms: number) => new Date(now.getTime() + ms);
  writer = { ...writer, clock: { now: () => now } };
  const expiry = new Expiry(writer, silentLog());
  await saveObjects(writer, [
    ip("10.0.0.1", { expires: later(1000) }),
    ip("10.0.0.2", { expires: later(5000) }),
    ip("10.0.0.3"),
  ]);
  now = later(1000);
  await expiry.drain();
  const { objects } = await readChanges(database.db, 3, 10);
  expect(objects).toMatchObject([{ value: "10.0.0.1", deleted: true, revision: 4 }]);
  await saveObjects(writer, [ip("10.0.0.2", { expires: later(60_000) })]);
  now = later(10_000);
  await expiry.drain();
  expect((await readLiveAfter(database.db, undefined, 10)).length).toBe(2);
  await expiry.stop();
  await expectConsistent();
});

test("the timer, not the poll, takes an object away", async () => {
  const gone = new Promise<void>((resolve) => {
    writer = {
      ...writer,
      onChange: () => {
        expiry.changed();
        resolve();
      },
    };
  });
  const expiry = new Expiry(writer, silentLog()).start();
  await saveObjects({ ...writer, onChange: () => expiry.changed() }, [
    ip("10.0.0.1", { expires: new Date(Date.now() + 300) }),
  ]);
  await gone;
  expect((await readFeedState(database.db)).count).toBe(0);
  await expiry.stop();
});

test("forgotten deletions: whoever was away longer is told to read the whole list", async () => {
  await saveObjects(writer, [ip("10.0.0.1"), ip("10.0.0.2")]);
  await deleteObjects(writer, [{ type: "ip", value: "10.0.0.1" }]);
  const later = new Date(Date.now() + 1000);
  expect(await transaction(database.db, (tx) => purgeTombstones(tx, later))).toBe(1);
  await expect(readFeedChanges(database.db, 1, 10)).rejects.toMatchObject({ code: "StaleVersion" });
  expect((await readFeedChanges(database.db, 3, 10)).changes).toEqual([]);
  await expectConsistent();
});
