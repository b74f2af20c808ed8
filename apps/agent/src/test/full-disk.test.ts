import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SetOperation } from "@breakwater/protocol";
import { isSameProcess, ProcessIdentity } from "@breakwater/suricata";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { AgentSite, until } from "./agent-site.test-helper.ts";

// Engines start slowly on a busy machine; nothing here measures time.
vi.setConfig({ testTimeout: 90_000 });

let site: AgentSite;
let mount: string;
beforeAll(async () => {
  site = await AgentSite.create();
  mount = join(site.directory, "agent");
  mkdirSync(mount);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", mount]);
  site.sms.distribute();
  await site.startAgent({ spoolBytes: 4 << 20 });
  await site.untilInSync();
  site.sms.add("domain", "evil.test");
  await site.untilInSync();
});
afterAll(async () => {
  await site?.stopAgent("stop");
  execFileSync("umount", [mount]);
  await site?.close();
});

function fill(): void {
  try {
    writeFileSync(join(mount, "filler"), Buffer.alloc(64 << 20));
  } catch {
    // As full as it gets.
  }
}

const alarmCodes = async () =>
  (await site.agent?.status())?.alarms.map((alarm) => alarm.code) ?? [];

test("with a full disk changes are enforced, said to be at risk, and nothing is lost once there is space", async () => {
  fill();
  const before = site.sms.version;
  // More than the journal's last page still has room for.
  const many = Array.from(
    { length: 500 },
    (_, i): SetOperation => ["+", "domain", `host-${i}.full.test`, 1],
  );
  site.sms.change([["+", "ipv4", "10.9.1.3", 1], ...many]);
  await until(
    async () => ((await site.http("10.9.1.3")) === "blocked" ? true : undefined),
    "the change in force",
  );
  await until(
    async () => ((await alarmCodes()).includes("set-sync") ? true : undefined),
    "the alarm",
  );
  expect(site.sms.reports.at(-1)?.position?.version).toBe(before);
  const alarm = await until(
    () => site.sms.reports.at(-1)?.alarms.find((one) => one.code === "set-sync"),
    "the alarm to be reported",
  );
  expect(alarm.message).toMatch(/disk is full.*Free space/);

  rmSync(join(mount, "filler"));
  await site.untilInSync();
  expect(await alarmCodes()).not.toContain("set-sync");
  expect(await site.dns("after.evil.test")).toBe("blocked");
  await until(
    () => site.sms.allEvents().find((event) => event.host === "after.evil.test"),
    "the event",
  );
});

test("a snapshot that does not fit is refused with the reason, and the set in force stays", async () => {
  fill();
  site.sms.index.put("ipv4", "10.9.1.4", 1);
  site.sms.add("ipv4", "10.9.1.5");
  await until(() => {
    const alarms = site.sms.reports.at(-1)?.alarms ?? [];
    return alarms.find(
      (alarm) => alarm.message.includes("could not be fetched") && /full/.test(alarm.message),
    );
  }, "the alarm");
  expect(await site.http("10.9.1.3")).toBe("blocked");
  rmSync(join(mount, "filler"));
  await site.untilInSync();
  expect(await site.http("10.9.1.4")).toBe("blocked");
});

test("an agent that starts on a full disk protects with what is there, and catches up later", async () => {
  site.sms.add("ipv4", "10.9.1.6");
  await site.untilInSync();
  await site.stopAgent("keep");
  await killEngine(join(mount, "engine/engine.pid"));
  // Now that nothing holds deleted files open.
  fill();
  await site.startAgent({ spoolBytes: 4 << 20 });
  expect(await site.http("10.9.1.3")).toBe("blocked");
  expect(await site.http("10.9.1.2")).toBe("passed");
  rmSync(join(mount, "filler"));
  await site.untilInSync();
  expect(await site.http("10.9.1.6")).toBe("blocked");
  expect(await alarmCodes()).not.toContain("engine-rules");
});

test("a set that cannot be read any more leaves the engine as it is until it is fetched", async () => {
  await site.sms.down();
  await site.stopAgent("keep");
  const sets = join(mount, "sets");
  for (const name of readdirSync(sets)) writeFileSync(join(sets, name), "damaged");
  await site.startAgent({ spoolBytes: 4 << 20 });
  expect(await site.http("10.9.1.3")).toBe("blocked");
  await killEngine(join(mount, "engine/engine.pid"));
  await until(
    async () => ((await site.http("10.9.1.2")) === "passed" ? true : undefined),
    "the engine",
  );
  expect(await site.http("10.9.1.3")).toBe("blocked");
  await site.sms.up();
  await site.untilInSync();
  expect(await site.http("10.9.1.6")).toBe("blocked");
});

async function killEngine(pidFile: string): Promise<void> {
  const record = ProcessIdentity.parse(JSON.parse(readFileSync(pidFile, "utf8")).identity);
  process.kill(record.pid, "SIGKILL");
  await until(() => !isSameProcess(record) || undefined, "the engine to end");
}
