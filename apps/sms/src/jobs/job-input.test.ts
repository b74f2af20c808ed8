import { systemClock } from "@breakwater/platform";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Schema, smsMigrations } from "../database.ts";
import { PART_BYTES } from "./input-store.ts";
import { readInput, storeInput } from "./job-input.ts";

let database: TestDatabase<Schema>;

beforeAll(async () => {
  database = await createTestDatabase<Schema>(await smsMigrations());
});
afterAll(() => database?.drop());

const deps = () => ({ db: database.db, clock: systemClock });

/** Chunks of every size around that of a part. */
const CHUNKS = [1, PART_BYTES, 3, PART_BYTES - 1, 2 * PART_BYTES + 7, 100];
const whole = Buffer.concat(CHUNKS.map((length, index) => Buffer.alloc(length, index + 65)));

async function* chunks() {
  let at = 0;
  for (const length of CHUNKS) yield whole.subarray(at, (at += length));
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const part of stream) all.push(part);
  return Buffer.concat(all);
}

async function storedParts(): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from job_input`.execute(
    database.db,
  );
  return rows[0]?.n ?? 0;
}

test("what is uploaded is read again, from any offset", async () => {
  const input = await storeInput(deps(), chunks());
  expect(input.bytes).toBe(whole.length);
  for (const from of [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, whole.length - 1]) {
    const read = await collect(readInput(database.db, input.job, from));
    expect(read.equals(whole.subarray(from))).toBe(true);
  }
  expect(await collect(readInput(database.db, input.job, whole.length))).toHaveLength(0);
});

test("an empty upload is one of no bytes", async () => {
  const input = await storeInput(deps(), (async function* none() {})());
  expect(input.bytes).toBe(0);
  expect(await collect(readInput(database.db, input.job))).toHaveLength(0);
});

test("an upload that breaks off leaves nothing behind", async () => {
  const before = await storedParts();
  async function* broken() {
    yield* chunks();
    expect(await storedParts()).toBeGreaterThan(before);
    throw new Error("gone");
  }
  await expect(storeInput(deps(), broken())).rejects.toThrow("gone");
  expect(await storedParts()).toBe(before);
});
