import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { AgentSite, until } from "./agent-site.test-helper.ts";

// Engines start slowly on a busy machine; nothing here measures time.
vi.setConfig({ testTimeout: 90_000 });

const ROUNDS = 5;
const MAIN = join(import.meta.dirname, "../../dist/main.js");

let site: AgentSite;
let running: ChildProcess | undefined;
beforeAll(async () => {
  site = await AgentSite.create();
  site.sms.distribute();
});
afterAll(async () => {
  const ended = running === undefined ? undefined : once(running, "exit");
  running?.kill("SIGKILL");
  await ended;
  // The engine outlives its agent; this one takes it over and ends it.
  await site?.startAgent();
  await site?.close();
});

/** The built program, as a service manager would start it. */
function startProcess(): ChildProcess {
  const { dataDirectory, interfaces, netns = "", name = "" } = site.config();
  const args = [
    "--data",
    dataDirectory,
    "--interfaces",
    interfaces.join(","),
    "--netns",
    netns,
    "--name",
    name,
  ];
  const env = { ...process.env, BREAKWATER_TOKEN: site.token };
  running = spawn(process.execPath, [MAIN, ...args, "--log-level", "silent"], {
    env,
    stdio: "ignore",
  });
  return running;
}

test("killed in the middle of changes and events, again and again: set and events are complete", {
  timeout: 90_000,
}, async () => {
  const asked: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const agent = startProcess();
    await until(() => site.sms.connected > 0 || undefined, "the agent to connect");
    if (round === 0) {
      await site.untilInSync();
      site.sms.add("domain", "evil.test");
      await site.untilInSync();
    }
    for (let i = 0; i < 15; i += 1) {
      site.sms.change([["+", "ipv4", `10.101.${round}.${i}`, 1]]);
      if (round > 0) site.sms.change([["-", "ipv4", `10.101.${round - 1}.${i}`]]);
      if (i % 5 === 0) {
        const name = `q${round}-${i}.evil.test`;
        asked.push(name);
        void site.dns(name).catch(() => undefined);
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 25));
    }
    agent.kill("SIGKILL");
    await once(agent, "exit");
    await until(() => site.sms.connected === 0 || undefined, "the connection to end");
  }
  startProcess();
  const report = await site.untilInSync();
  expect(report.position?.checksum).toBe(site.sms.index.checksum);
  const seen = () =>
    site.sms.allEvents().flatMap((event) => (event.host === undefined ? [] : event.host));
  await until(() => asked.every((name) => seen().includes(name)) || undefined, "every event");
  expect(seen().filter((name) => asked.includes(name)).length).toBe(asked.length);
  const [epoch, ...others] = site.sms.events.values();
  expect(others).toEqual([]);
  expect(epoch?.records.map(({ seq }) => seq)).toEqual(epoch?.records.map((_, i) => i));
});

test("the engine holds what was added last, and nothing of what was removed", async () => {
  const addresses = [
    `10.101.${ROUNDS - 1}.3`,
    `10.101.${ROUNDS - 1}.14`,
    `10.101.${ROUNDS - 2}.3`,
    "10.101.0.14",
  ];
  const probes = await Promise.all(addresses.map((address) => site.http(address)));
  expect(probes).toEqual(["blocked", "blocked", "passed", "passed"]);
});
