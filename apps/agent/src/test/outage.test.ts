import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { AgentSite, until } from "./agent-site.test-helper.ts";

// Engines start slowly on a busy machine; nothing here measures time.
vi.setConfig({ testTimeout: 90_000 });

const LISTED = "10.9.1.3";
const LATER = "10.9.1.4";
const OTHER = "10.9.1.2";

let site: AgentSite;
beforeAll(async () => {
  site = await AgentSite.create();
  site.sms.distribute();
  await site.startAgent();
  await site.untilInSync();
  site.sms.change([
    ["+", "ipv4", LISTED, 1],
    ["+", "domain", "evil.test", 1],
    ["+", "url", "evil.test/bad", 1],
    ["+", "cidr", "10.101.0.0/16", 1],
  ]);
  await site.untilInSync();
  await until(() => site.sms.reports.at(-1)?.notInForce === 0 || undefined, "the range");
});
afterAll(() => site?.close());

async function expectEnforced(): Promise<void> {
  const probes = await Promise.all([
    site.http(LISTED),
    site.http(OTHER),
    site.dns("www.evil.test"),
    site.http("10.9.1.5", "/bad", { Host: "evil.test" }),
    site.http("10.9.1.5", "/good", { Host: "good.test" }),
    site.http("10.101.3.4"),
  ]);
  expect(probes).toEqual(["blocked", "passed", "blocked", "blocked", "passed", "blocked"]);
}

function enginePid(): number {
  const record: unknown = JSON.parse(
    readFileSync(join(site.directory, "agent/engine/engine.pid"), "utf8"),
  );
  const identity = record as { identity: { pid: number } };
  return identity.identity.pid;
}

async function killEngine(): Promise<void> {
  const pid = enginePid();
  process.kill(pid, "SIGKILL");
  await until(() => {
    try {
      return enginePid() !== pid || undefined;
    } catch {
      return undefined;
    }
  }, "another engine");
  await until(
    async () => ((await site.agent?.status())?.engine === "running" ? true : undefined),
    "the engine",
  );
}

test("the engine is killed: it comes back with everything, also what came after its files were written", async () => {
  site.sms.add("ipv4", LATER);
  await site.untilInSync();
  await killEngine();
  await until(
    async () => ((await site.http(LATER)) === "blocked" ? true : undefined),
    "the later entry",
  );
  await expectEnforced();
});

test("the SMS is gone: the agent restarts and the engine is killed, and all of it is enforced", async () => {
  await site.sms.down();
  await site.stopAgent("keep");
  await site.startAgent();
  await expectEnforced();
  await killEngine();
  await expectEnforced();
  await site.stopAgent("stop");
  await site.startAgent();
  await expectEnforced();
});

test("while the SMS is gone events are kept, and it gets each of them once when it is back", async () => {
  const before = site.sms.allEvents().length;
  for (let i = 0; i < 3; i += 1) await site.dns(`host${i}.evil.test`);
  await until(
    async () => (((await site.agent?.status())?.spool.events ?? 0) >= 3 ? true : undefined),
    "the spool",
  );
  site.sms.change([
    ["-", "ipv4", LISTED],
    ["+", "ipv4", "10.9.1.6", 1],
  ]);
  site.sms.loseAnswers = 2;
  await site.sms.up();
  await site.untilInSync();
  expect(await site.http(LISTED)).toBe("passed");
  expect(await site.http("10.9.1.6")).toBe("blocked");
  const names = () =>
    site.sms
      .allEvents()
      .slice(before)
      .map((event) => event.host ?? "");
  await until(
    () => (names().filter((name) => name.startsWith("host")).length >= 3 ? true : undefined),
    "the events",
  );
  const seen = names().filter((name) => /^host\d\.evil/.test(name));
  expect([...new Set(seen)].sort((a, b) => (a < b ? -1 : 1))).toEqual(
    [0, 1, 2].map((i) => `host${i}.evil.test`),
  );
  const numbers = [...site.sms.events.values()].flatMap(({ records }) =>
    records.map(({ seq }) => seq),
  );
  expect(numbers).toEqual(numbers.map((_, i) => i));
});

test("a set that diverged repairs itself", async () => {
  const served = site.sms.snapshotsServed;
  site.sms.index.put("ipv4", "10.9.1.7", 1);
  site.sms.add("ipv4", "10.9.1.8");
  await site.untilInSync();
  expect(site.sms.snapshotsServed).toBe(served + 1);
  await until(
    async () => ((await site.http("10.9.1.7")) === "blocked" ? true : undefined),
    "the repaired entry",
  );
});

test("the event file is begun anew when it is large, and no event is lost or doubled by that", async () => {
  await site.stopAgent("keep");
  await site.startAgent({ eveRotateBytes: 65_536 });
  const logs = join(site.directory, "agent/engine/log");
  const eve = join(logs, "eve.json");
  const first = statSync(eve).ino;
  const asked: string[] = [];
  await until(async () => {
    await Promise.all(
      [1, 2, 3, 4].map((i) => site.http(OTHER, `/${asked.length}/${i}?${"x".repeat(800)}`)),
    );
    const name = `r${asked.length}.evil.test`;
    asked.push(name);
    expect(await site.dns(name)).toBe("blocked");
    // Between the renaming and the first line there is none.
    const now = statSync(eve, { throwIfNoEntry: false })?.ino;
    return (now !== undefined && now !== first) || undefined;
  }, "a new event file");
  const seen = () =>
    site.sms.allEvents().flatMap(({ host }) => (host?.startsWith("r") === true ? [host] : []));
  await until(() => asked.every((name) => seen().includes(name)) || undefined, "every event");
  expect(seen().sort(byText)).toEqual([...asked].sort(byText));
  await until(
    () =>
      readdirSync(logs).filter((name) => name.startsWith("eve.json.")).length === 0 || undefined,
    "the old file to go",
  );
});

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
