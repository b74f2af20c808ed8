import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@breakwater/client";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import type { SmsApi } from "@breakwater/protocol";
import { apiKeyFor, eventually, SimulatedFleet } from "@breakwater/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshPosition, storedAssertions, tallies } from "./fresh-position.ts";
import { Ledger } from "./ledger.ts";
import {
  changeEntries,
  changeExceptions,
  changeOverWebApi,
  distributeFilters,
  distributeOnce,
  filtersOf,
  importLists,
  type Operations,
} from "./operations.ts";
import { between, pick, type Random, seeded } from "./random.ts";
import { SmsProcess } from "./sms-process.ts";

/*
 * Two processes of one SMS on one PostgreSQL and one data folder, six agents over mutual TLS, random
 * operations at either process, and kill -9 of one or both among them. At the end everything that was
 * answered is there, once, and every agent has the set that a fresh computation gives.
 * BREAKWATER_FAULT_ROUNDS multiplies the operations; BREAKWATER_FAULT_SEED repeats their choice.
 */
const ROUNDS = Number(process.env["BREAKWATER_FAULT_ROUNDS"] ?? "1");
const SEED = Number(process.env["BREAKWATER_FAULT_SEED"] ?? String(Date.now() % 1_000_000));
const AGENTS_EACH = 3;

let folder: string;
let database: TestDatabase<unknown>;
let processes: SmsProcess[];
let fleets: SimulatedFleet[];
let run: Operations;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bw-two-"));
  database = await createTestDatabase();
  const common = { folder, dataDir: join(folder, "data"), url: database.url };
  processes = [
    await SmsProcess.create({ ...common, name: "first" }),
    await SmsProcess.create({ ...common, name: "second" }),
  ];
  // At the same time: they must agree on a CA and on the first contents of the database.
  await Promise.all(processes.map((one) => one.start()));
  const key = await apiKeyFor(database.url);
  run = {
    processes,
    key,
    ledger: new Ledger(),
    exceptions: new Ledger(),
    done: { changes: 0, unanswered: 0 },
    imports: [],
  };
  fleets = await Promise.all(processes.map(async (one) => startFleet(one)));
}, 180_000);

afterAll(async () => {
  await Promise.all((fleets ?? []).map((fleet) => fleet.close()));
  await Promise.all((processes ?? []).map((one) => one.end("SIGKILL")));
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

function apiOf({ web }: SmsProcess) {
  return createClient<SmsApi>({
    baseUrl: web,
    headers: { authorization: `Bearer ${run.key}` },
  });
}

async function startFleet(one: SmsProcess): Promise<SimulatedFleet> {
  const api = apiOf(one);
  const tokens: string[] = [];
  for (let n = 0; n < AGENTS_EACH; n += 1) {
    tokens.push((await api("POST /api/v1/device-enrollment-tokens", { body: {} })).token);
  }
  return SimulatedFleet.start({ tokens });
}

/** Every fourth time while an import is being worked on, and then both. */
async function killNowAndThen(random: Random, signal: AbortSignal): Promise<number> {
  let kills = 0;
  for (let n = 0; !signal.aborted; n += 1) {
    await sleep(between(random, 2000, 6000));
    if (signal.aborted) break;
    const victims = n % 4 === 1 ? processes : [pick(random, processes)];
    if (n % 4 === 1) await importRunning();
    await Promise.all(victims.map((one) => one.end("SIGKILL")));
    kills += victims.length;
    await Promise.all(victims.map((one) => one.start()));
  }
  return kills;
}

async function importRunning(): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { rows } = await database.pool.query("select 1 from job where state = 'running'");
    if (rows.length > 0) return;
    await sleep(20);
  }
}

test("what one process changes reaches the agents of the other", async () => {
  const [first, second] = processes;
  if (first === undefined || second === undefined) throw new Error("two processes were started");
  for (const [writer, value] of [
    [first, "45.250.0.1"],
    [second, "45.250.0.2"],
  ] as const) {
    const acknowledged = fleets.map((fleet) => fleet.acknowledged(value));
    await apiOf(writer)("POST /api/v1/reputation/entries", { body: { entries: [{ value }] } });
    for (const all of await Promise.all(acknowledged)) expect(all).toHaveLength(AGENTS_EACH);
    run.ledger.answered("Local", value, "null until null");
  }
});

test(
  `1,000 operations by two processes with kill -9 among them, seed ${SEED}`,
  async () => {
    const random = (n: number) => seeded(SEED * 100 + n);
    const over = new AbortController();
    const began = Date.now();
    const killing = killNowAndThen(random(0), over.signal);
    try {
      await Promise.all([
        ...[0, 1, 2, 3].map((user) =>
          changeEntries(run, random(10 + user), { user, times: 190 * ROUNDS }),
        ),
        changeOverWebApi(run, random(20), 180 * ROUNDS),
        changeExceptions(run, random(30), 80),
        ...[0, 1].map((list) => importLists(run, random(40 + list), { list, times: 3 * ROUNDS })),
        distributeFilters(run, random(50), 4 * ROUNDS),
      ]);
    } finally {
      over.abort();
    }
    const kills = await killing;
    while (!(await distributeOnce(run, random(60), filtersOf(99, random(61)))));
    await allExpired();
    const seconds = Math.round((Date.now() - began) / 1000);
    const { changes, unanswered } = run.done;
    process.stdout.write(
      `${JSON.stringify({ seed: SEED, changes, unanswered, kills, seconds })}\n`,
    );
    await expectNothingLost();
    await expectAgentsRight();
    expect(kills).toBeGreaterThan(2);
  },
  600_000 * ROUNDS,
);

async function allExpired(): Promise<void> {
  await eventually(
    "everything that expires has expired",
    async () => {
      const { rows } = await database.pool.query(
        "select 1 from reputation_entry where due is not null limit 1",
      );
      return rows.length === 0;
    },
    60_000,
  );
}

async function expectNothingLost(): Promise<void> {
  const stored = await storedAssertions(database.pool);
  expect(run.ledger.differences(stored, Date.now())).toEqual([]);
  const { rows } = await database.pool.query<{ value: string }>(
    "select value from reputation_exception where ended is null",
  );
  const held = new Map(rows.map(({ value }) => [`exception\t${value}`, "held"]));
  expect(run.exceptions.differences(held, Date.now())).toEqual([]);
  for (const { state, result, title } of run.imports) {
    expect([title, state, result?.["read"]]).toEqual([title, "succeeded", 2000]);
  }
  const { rows: live } = await database.pool.query("select 1 from job where finished is null");
  expect(live).toEqual([]);
  const { kept, counted } = await tallies(database.pool);
  expect(kept).toEqual(counted);
}

async function expectAgentsRight(): Promise<void> {
  const [asked] = processes;
  if (asked === undefined) throw new Error("there is no process");
  const api = apiOf(asked);
  const { items } = await api("GET /api/v1/devices");
  expect(items).toHaveLength(2 * AGENTS_EACH);
  for (const { id } of items) {
    await eventually(
      "an agent has the set that a fresh computation gives",
      async () => {
        const { device, report } = await api("GET /api/v1/devices/{id}", { params: { id } });
        const position = report?.position;
        if (position === undefined || device.profile.version !== device.profile.desired) {
          return false;
        }
        const fresh = await freshPosition(database.pool, position.set);
        const { version, count, checksum } = position;
        return JSON.stringify({ version, count, checksum }) === JSON.stringify(fresh);
      },
      60_000,
    );
  }
  const troubles = fleets.flatMap((fleet) => fleet.troubles);
  expect(troubles.filter((one) => / at version \d+: delta from /.test(one))).toEqual([]);
}
