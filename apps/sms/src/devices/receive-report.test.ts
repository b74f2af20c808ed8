import { randomUUID } from "node:crypto";
import { systemClock } from "@breakwater/platform";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import { DeviceId, type DeviceReport } from "@breakwater/protocol";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Schema, smsMigrations } from "../database.ts";
import { defaultProfileId, seedDefaultProfile } from "../profiles/index.ts";
import { LOCAL_SOURCE } from "../reputation/index.ts";
import { reportOf } from "../simulated-agent.test-helper.ts";
import { type ReportDeps, ReportReceiver } from "./receive-report.ts";
import { insertDevice, removeDevice } from "./store.ts";

let database: TestDatabase<Schema>;

beforeAll(async () => {
  database = await createTestDatabase<Schema>(await smsMigrations());
  await seedDefaultProfile(database.db, systemClock, LOCAL_SOURCE);
});
afterAll(() => database.drop());

async function devices(count: number): Promise<DeviceId[]> {
  const profile = await defaultProfileId(database.db);
  const ids = Array.from({ length: count }, () => DeviceId.parse(randomUUID()));
  for (const id of ids) await insertDevice(database.db, { id, profile, enrolled: new Date() });
  return ids;
}

function receiver(changes: Partial<ReportDeps> = {}): ReportReceiver {
  return new ReportReceiver({
    db: database.db,
    clock: systemClock,
    onActivation: async () => undefined,
    onPosition: () => undefined,
    ...changes,
  });
}

async function stored(id: DeviceId): Promise<DeviceReport | null> {
  const { rows } = await sql<{ report: DeviceReport | null }>`
    select report from device where id = ${id}`.execute(database.db);
  return rows[0]?.report ?? null;
}

async function exceptions(id: DeviceId): Promise<string[]> {
  const { rows } = await sql<{ text: string }>`
    select type || ' ' || value || ' ' || state as text from device_exception
    where device = ${id} order by 1`.execute(database.db);
  return rows.map(({ text }) => text);
}

const rejected = (value: string) =>
  ({ type: "cidr", value, state: "rejected", reason: "too wide" }) as const;

test("a whole fleet's reports are stored, each with its own exceptions", async () => {
  const ids = await devices(300);
  const reports = receiver();
  const send = (from: number) =>
    ids.map((id, index) => {
      const own = rejected(`10.${(index + from) % 256}.0.0/16`);
      return reports.receive(id, reportOf({ inForce: index + from, exceptions: [own] }));
    });
  await Promise.all(send(1));
  await Promise.all(send(2));
  expect((await stored(ids[0] as DeviceId))?.inForce).toBe(2);
  expect((await stored(ids[299] as DeviceId))?.inForce).toBe(301);
  expect(await exceptions(ids[7] as DeviceId)).toEqual(["cidr 10.9.0.0/16 rejected"]);
  const [first] = ids;
  if (first === undefined) throw new Error("no device");
  await reports.receive(first, reportOf({ exceptions: [] }));
  expect(await exceptions(first)).toEqual([]);
});

test("the reports of one device are stored in their order", async () => {
  const [id] = await devices(1);
  if (id === undefined) throw new Error("no device");
  const reports = receiver();
  const positions: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      await reports.receive(id, reportOf({ inForce: index }));
      positions.push(index);
    }),
  );
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  expect((await stored(id))?.inForce).toBe(19);
});

test("a removed device is refused, and the others of the batch are not", async () => {
  const ids = await devices(5);
  const [, , gone] = ids;
  if (gone === undefined) throw new Error("no device");
  await removeDevice(database.db, gone, new Date());
  const reports = receiver();
  const outcomes = await Promise.allSettled(ids.map((id) => reports.receive(id, reportOf({}))));
  expect(outcomes.map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
  expect(await stored(gone)).toBeNull();
});

test("a report that cannot be stored fails alone, and leaves nothing of itself", async () => {
  const ids = await devices(6);
  const bad = ids[3] as DeviceId;
  const activation = {
    distribution: randomUUID() as NonNullable<DeviceReport["activation"]>["distribution"],
    step: "verified",
    failed: false,
  } as const;
  const reports = receiver({
    onActivation: async (_tx, device) => {
      if (device === bad) throw new Error("this one is broken");
    },
  });
  const outcomes = await Promise.allSettled(
    ids.map((id) => reports.receive(id, reportOf({ activation }))),
  );
  expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
  expect(await stored(bad)).toBeNull();
  for (const id of ids.filter((one) => one !== bad)) expect(await stored(id)).not.toBeNull();
});
