import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "@breakwater/client";
import { labStatus, openLab } from "@breakwater/lab";
import type { HubApi, SmsApi } from "@breakwater/protocol";
import { isSameProcess } from "@breakwater/suricata";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAccess } from "../access-file.ts";
import { readRecord, recordPath } from "./run-record.ts";
import { ROLES } from "./servers.ts";

// The built program: what is supervised here are real processes.
const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const BLOCKED = "198.51.100.7";
const labName = `up-${process.pid}`;
let dataFolder = "";
let portBase = 0;
let running: ChildProcess | undefined;

/** Runs `breakwater up` until it says that it is ready; resolves with what it said. */
async function up(): Promise<string> {
  const args = ["up", "--data", dataFolder, "--port-base", String(portBase), "--lab-name", labName];
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  running = child;
  let said = "";
  return await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (said.includes("Stop with Ctrl-C")) resolve(said);
      });
    }
    child.once("exit", (code) => reject(new Error(`it ended with code ${code}:\n${said}`)));
  });
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  const child = running;
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return null;
  child.kill(signal);
  await once(child, "exit");
  return child.exitCode;
}

function clients(): { hub: Client<HubApi>; sms: Client<SmsApi> } {
  const { hub, sms } = readAccess(dataFolder);
  if (hub === undefined || sms === undefined) throw new Error("no access was noted");
  const headers = (apiKey: string) => ({ authorization: `Bearer ${apiKey}` });
  return {
    hub: createClient<HubApi>({ baseUrl: hub.url, headers: headers(hub.apiKey) }),
    sms: createClient<SmsApi>({ baseUrl: sms.url, headers: headers(sms.apiKey) }),
  };
}

async function eventually(what: string, reached: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    if (await Promise.resolve(reached()).catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`this did not happen: ${what}`);
}

async function fetchThroughEngine(address: string): Promise<string> {
  const answer = await openLab(labName)?.request({ url: `http://${address}/`, timeoutMs: 1000 });
  return answer?.result ?? "no lab";
}

const identityOf = (role: string) => readRecord(recordPath(dataFolder, role))?.identity;
const runs = (role: string) => {
  const identity = identityOf(role);
  return identity !== undefined && isSameProcess(identity);
};

async function freePortBase(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  // Kept low enough for the three ports beside it.
  return address === null || typeof address === "string" ? 21_000 : 21_000 + (address.port % 9000);
}

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), "breakwater-up-"));
  portBase = await freePortBase();
});
afterAll(async () => {
  await end("SIGTERM");
  await openLab(labName)?.down();
  await rm(dataFolder, { recursive: true, force: true });
});

describe("breakwater up", { timeout: 180_000 }, () => {
  it("sets everything up on the first start, and shows the first passwords", async () => {
    const said = await up();
    expect(said.match(/user admin, password \S+/g)).toHaveLength(2);
    const { hub, sms } = clients();
    const { total } = await hub("GET /hub/v1/objects");
    expect(total.value).toBe(500);
    expect((await sms("GET /api/v1/vision-one")).state).toBe("connected");
    expect((await sms("GET /api/v1/devices")).items).toMatchObject([
      { name: "lab-device-1", connected: true, set: { inForce: 500 } },
    ]);
  });

  it("has the inline engine drop what the hub lists, and nothing else", async () => {
    expect(await fetchThroughEngine(BLOCKED)).toBe("passed");
    await clients().hub("POST /hub/v1/objects", { body: { objects: [{ value: BLOCKED }] } });
    await eventually(
      "it is dropped",
      async () => (await fetchThroughEngine(BLOCKED)) === "blocked",
    );
    expect(await fetchThroughEngine("198.51.100.8")).toBe("passed");
  });

  it("refuses a second one on the same data", async () => {
    const args = ["up", "--data", dataFolder, "--port-base", String(portBase + 2000), "--no-lab"];
    const second = spawn(process.execPath, [MAIN, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let complaint = "";
    second.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    const timer = setTimeout(() => second.kill("SIGTERM"), 20_000);
    await once(second, "close");
    clearTimeout(timer);
    expect(second.exitCode).toBe(1);
    expect(complaint).toMatch(/already runs with this data folder \(process \d+\)/);
  });

  it.each(ROLES)("brings the %s back after kill -9", async (role) => {
    const before = identityOf(role);
    if (before === undefined) throw new Error(`${role} is not noted`);
    process.kill(before.pid, "SIGKILL");
    await eventually(
      `${role} runs again`,
      () => runs(role) && identityOf(role)?.pid !== before.pid,
    );
    await eventually("everything is connected again", async () => {
      const { items } = await clients().sms("GET /api/v1/devices");
      const { state } = await clients().sms("GET /api/v1/vision-one");
      return state === "connected" && items[0]?.connected === true;
    });
    expect(await fetchThroughEngine(BLOCKED)).toBe("blocked");
  });

  it("goes on blocking when the supervisor is killed, and recovers alone at the next start", async () => {
    await end("SIGKILL");
    await eventually("no server outlives it", () => !ROLES.some(runs));
    expect(labStatus(labName).state).toBe("up");
    expect(await fetchThroughEngine(BLOCKED)).toBe("blocked");
    expect(await fetchThroughEngine("198.51.100.8")).toBe("passed");
    const said = await up();
    expect(said).not.toContain("password");
    expect((await clients().hub("GET /hub/v1/objects")).total.value).toBe(501);
    expect(await fetchThroughEngine(BLOCKED)).toBe("blocked");
  });

  it("stops cleanly: no process, no namespace, no note is left", async () => {
    expect(await end("SIGTERM")).toBe(0);
    expect(ROLES.filter(runs)).toEqual([]);
    expect(labStatus(labName).state).toBe("down");
    expect(readdirSync(join(dataFolder, "run"))).toEqual([]);
  });

  it("is ready again with all data", async () => {
    await up();
    const { sms } = clients();
    expect((await sms("GET /api/v1/devices")).items).toMatchObject([{ set: { inForce: 501 } }]);
    expect(await fetchThroughEngine(BLOCKED)).toBe("blocked");
    expect(await end("SIGINT")).toBe(0);
    expect(existsSync(recordPath(dataFolder, "up"))).toBe(false);
  });
});
