import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@breakwater/client";
import { silentLog } from "@breakwater/platform";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import type { SmsApi } from "@breakwater/protocol";
import { type Sms, startSms } from "@breakwater/sms";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiKeyFor } from "./api-key.ts";
import { eventually } from "./eventually.ts";
import { SimulatedFleet } from "./simulated-fleet.ts";

const AGENTS = 4;
let database: TestDatabase<unknown>;
let dataDir: string;
let sms: Sms;
let api: Client<SmsApi>;

const start = (web = 0, devices = 0) =>
  startSms(
    { dataDir, databaseUrl: database.url, web: { port: web }, devices: { port: devices } },
    { log: silentLog() },
  );

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), "breakwater-fleet-test-"));
  sms = await start();
  const authorization = `Bearer ${await apiKeyFor(database.url)}`;
  api = createClient<SmsApi>({ baseUrl: sms.urls.web, headers: { authorization } });
});
afterAll(async () => {
  await sms?.close();
  await database?.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function tokens(): Promise<string[]> {
  const minted = Array.from({ length: AGENTS }, () =>
    api("POST /api/v1/device-enrollment-tokens", { body: {} }),
  );
  return (await Promise.all(minted)).map(({ token }) => token);
}

async function add(value: string): Promise<string> {
  const { outcomes } = await api("POST /api/v1/reputation/entries", {
    body: { entries: [{ value, severity: "High" }] },
  });
  return outcomes[0]?.id ?? "";
}

const enforcement = async (id: string) =>
  (await api("GET /api/v1/reputation/entries/{id}", { params: { id: id as never } })).enforcement;

test.each(["own", "shared"] as const)(
  "a fleet with %s copies follows every change",
  async (copies) => {
    const value = `192.0.2.${copies.length}`;
    const fleet = await SimulatedFleet.start({ tokens: await tokens(), copies });
    try {
      const added = fleet.acknowledged(value);
      const id = await add(value);
      const all = await added;
      expect(new Set(all.map(({ agent }) => agent)).size).toBe(AGENTS);
      for (const { received, applied, answered } of all) {
        expect(received).toBeLessThanOrEqual(applied);
        expect(applied).toBeLessThan(answered);
      }
      expect((await enforcement(id)).devices.inForce).toBeGreaterThanOrEqual(AGENTS);

      const withdrawn = fleet.acknowledged(value);
      await api("DELETE /api/v1/reputation/entries/{id}", { params: { id: id as never } });
      await withdrawn;
      expect(fleet.troubles).toEqual([]);
    } finally {
      await fleet.close();
    }
    const { items } = await api("GET /api/v1/devices");
    await eventually("the streams are closed", async () =>
      (await api("GET /api/v1/devices")).items.every(({ connected }) => !connected),
    );
    for (const { id } of items) await api("DELETE /api/v1/devices/{id}", { params: { id } });
  },
);

test("a fleet comes back by itself when the SMS was away, and has what it missed", async () => {
  const fleet = await SimulatedFleet.start({ tokens: await tokens() });
  try {
    const { web, devices } = sms.urls;
    await sms.close();
    const changed = fleet.acknowledged("198.51.100.1");
    sms = await start(Number(new URL(web).port), Number(new URL(devices).port));
    await add("198.51.100.1");
    expect(await changed).toHaveLength(AGENTS);
    expect(fleet.troubles.length).toBeGreaterThanOrEqual(AGENTS);
  } finally {
    await fleet.close();
  }
});

test("a used token ends the start with the reason", async () => {
  const [token = ""] = await tokens();
  const first = await SimulatedFleet.start({ tokens: [token] });
  await first.close();
  await expect(SimulatedFleet.start({ tokens: [token] })).rejects.toThrow(/token/i);
});
