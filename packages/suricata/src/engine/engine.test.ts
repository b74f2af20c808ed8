import { spawn } from "node:child_process";
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { testConfig } from "../config/test-config.ts";
import { type DatasetSpec, datasetMemcap } from "../data-plane/datasets.ts";
import { createEngineSite, type EngineSite, until } from "../live-engine.test-helper.ts";
import { Engine, type EngineExit } from "./engine.ts";
import { findEngine } from "./process-files.ts";
import { isSameProcess } from "./process-identity.ts";

let site: EngineSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

const LISTED = "10.9.1.2";

const get = async ({ lab }: EngineSite) =>
  (await lab.request({ url: `http://${LISTED}/`, timeoutMs: 400 })).result;

function nextStart(engine: Engine): Promise<{ pid: number; adopted: boolean }> {
  return new Promise((resolve) => engine.once("started", resolve));
}

async function change(from: EngineSite, verb: "datasetAdd" | "datasetRemove", value: string) {
  const { socket, commands } = await from.connect();
  await commands[verb](from.set("block", "ip"), value);
  socket.close();
}

it("a killed engine comes back by itself, without what was added since the last dump", async () => {
  site = await createEngineSite();
  const { engine } = site;
  const exits: EngineExit[] = [];
  engine.on("exited", (exit) => exits.push(exit));
  await engine.start();
  await change(site, "datasetAdd", "10.9.1.9");
  const { socket, commands } = await site.connect();
  await commands.datasetDump();
  socket.close();
  await change(site, "datasetAdd", LISTED);
  await change(site, "datasetRemove", "10.9.1.9");
  expect(await get(site)).toBe("blocked");

  const killed = engine.pid ?? 0;
  const again = nextStart(engine);
  process.kill(killed, "SIGKILL");
  const { pid, adopted } = await again;
  expect(pid).not.toBe(killed);
  expect(adopted).toBe(false);
  expect(exits).toMatchObject([{ signal: "SIGKILL", expected: false, restartInMs: 50 }]);
  // Both changes are gone: whoever owns the sets reconciles on `started`.
  expect(await get(site)).toBe("passed");
  const back = await site.connect();
  expect(await back.commands.datasetLookup(site.set("block", "ip"), "10.9.1.9")).toBe(true);
  back.socket.close();

  await change(site, "datasetAdd", LISTED);
  const pidBefore = engine.pid;
  await engine.restart();
  expect(engine.pid).not.toBe(pidBefore);
  expect(await get(site)).toBe("blocked");
  expect(engine.state).toBe("running");
});

it("an orphan is adopted when its configuration is ours, and replaced when it is not", async () => {
  site = await createEngineSite();
  await site.engine.start();
  await change(site, "datasetAdd", LISTED);
  const orphan = site.engine.pid ?? 0;
  site.engine.release();

  const successor = new Engine(site.engineOptions);
  await successor.start();
  expect(successor.pid).toBe(orphan);
  expect(await get(site)).toBe("blocked");
  const found = findEngine("/nonexistent/pid-file", site.engineOptions.configFile);
  expect(found).toMatchObject({ identity: { pid: orphan }, configDigest: undefined });

  successor.release();
  appendFileSync(site.engineOptions.configFile, "\n# another configuration\n");
  const other = new Engine(site.engineOptions);
  await other.start();
  expect(other.pid).not.toBe(orphan);
  expect(found === undefined || isSameProcess(found.identity)).toBe(false);
  // It ended in order and wrote its sets, so the successor has them.
  expect(await get(site)).toBe("blocked");
  await other.stop();
  expect(findEngine("/nonexistent/pid-file", site.engineOptions.configFile)).toBeUndefined();
});

it("an adopted engine that dies is started again", async () => {
  site = await createEngineSite();
  await site.engine.start();
  const orphan = site.engine.pid ?? 0;
  site.engine.release();
  const successor = new Engine(site.engineOptions);
  await successor.start();
  const again = nextStart(successor);
  process.kill(orphan, "SIGKILL");
  const { pid, adopted } = await again;
  expect(adopted).toBe(false);
  expect(successor.pid).toBe(pid);
  await successor.stop();
});

it("a start that cannot succeed says why and leaves nothing behind", async () => {
  site = await createEngineSite({ startTimeoutMs: 5000 });
  const { engine, engineOptions } = site;
  writeFileSync(engineOptions.configFile, "%YAML 1.1\n---\naf-packet:\n  - interface: [broken\n");
  await expect(engine.start()).rejects.toThrow(/ended while starting/);
  expect(engine.state).toBe("stopped");
  const missing = new Engine({ ...engineOptions, suricata: "/nonexistent/suricata" });
  await expect(missing.start()).rejects.toThrow(/ended while starting/);
  expect(findEngine(engineOptions.pidFile, engineOptions.configFile)).toBeUndefined();
});

it("keeps trying, ever more slowly, while the engine cannot run", async () => {
  site = await createEngineSite();
  const { engine, engineOptions } = site;
  await engine.start();
  const config = readFileSync(engineOptions.configFile, "utf8");
  writeFileSync(engineOptions.configFile, "%YAML 1.1\n---\naf-packet:\n  - interface: [broken\n");
  const delays: (number | undefined)[] = [];
  engine.on("exited", ({ restartInMs }) => delays.push(restartInMs));
  process.kill(engine.pid ?? 0, "SIGKILL");
  await until(
    () => delays.length,
    (count) => count >= 3,
  );
  expect(delays.slice(0, 3)).toEqual([50, 100, 200]);
  const again = nextStart(engine);
  writeFileSync(engineOptions.configFile, config);
  await again;
  expect(engine.state).toBe("running");
});

it("a malformed line in a state file costs that line alone", async () => {
  site = await createEngineSite();
  const { stateFile } = site.set("block", "ip");
  const path = join(site.directory, "data", stateFile);
  writeFileSync(path, `not an address\n${LISTED}\n`);
  await site.engine.start();
  expect(await get(site)).toBe("blocked");
  await site.engine.stop();
  expect(readFileSync(path, "utf8")).toBe(`${LISTED}\n`);
});

it("testing a configuration leaves the live state files alone and tells bad rules apart", async () => {
  site = await createEngineSite();
  const { stateFile } = site.set("block", "ip");
  const path = join(site.directory, "data", stateFile);
  writeFileSync(path, `${LISTED}\n`);
  const before = statSync(path);
  const good = await testConfig({ configFile: site.engineOptions.configFile });
  expect(good).toEqual({ ok: true, errors: [], rulesLoaded: 218 });
  expect(statSync(path)).toMatchObject({ mtimeMs: before.mtimeMs, ino: before.ino });

  site.writeRules({
    custom:
      'alert tcp any any -> any any (msg:"fine"; sid:1;)\n\n' +
      'alert tcp any any -> any any (msg:"bad"; nosuchkeyword; sid:2;)\n' +
      'alert http any any -> any any (msg:"short"; http.uri; content:"abc"; urilen:2; sid:3;)\n',
  });
  const bad = await testConfig({ configFile: site.engineOptions.configFile });
  expect(bad.ok).toBe(false);
  expect(bad.errors.map(({ line }) => line)).toEqual([3, 4]);
  expect(bad.errors[0]).toMatchObject({ file: join(site.directory, "rules", "custom.rules") });
  expect(bad.errors[0]?.message).toContain("nosuchkeyword");
  expect(bad.errors[0]?.rule).toContain("sid:2");

  const missing = await testConfig({ configFile: join(site.directory, "none.yaml") });
  expect(missing.ok).toBe(false);
  expect(missing.errors.length).toBeGreaterThan(0);
});

it("a set sized by us holds its worst entries; one sized too small loses some in silence", async () => {
  site = await createEngineSite();
  const capacity = 3000;
  const sized = (name: string, memcapBytes: number): DatasetSpec => ({
    ...(site as EngineSite).set("block", "domain"),
    name,
    stateFile: `${name}.lst`,
    memcapBytes,
    hashSize: 4096,
  });
  const fair = sized("bw-fair", datasetMemcap("string", 4096, capacity));
  const tight = sized("bw-tight", 450_000);
  site.writeRules({
    datasets: site.datasets.map((spec) => {
      if (spec.kind !== "domain") return spec;
      if (spec.lane === "block") return { ...fair, lane: spec.lane };
      return spec.lane === "notify" ? { ...tight, lane: spec.lane } : spec;
    }),
  });
  await site.engine.start();
  const { socket, commands } = await site.connect();
  const label = "x".repeat(59);
  const name = (index: number) => `${[label, label, label, label].join(".")}.${index}.test`;
  const names = Array.from({ length: capacity }, (_, index) => name(index));
  const kept = async (set: DatasetSpec) => {
    const answers = await Promise.all(names.map((each) => commands.datasetAdd(set, each)));
    expect(new Set(answers)).toEqual(new Set(["added"]));
    const found = await Promise.all(names.map((each) => commands.datasetLookup(set, each)));
    return found.filter(Boolean).length;
  };
  expect(await kept(fair)).toBe(capacity);
  expect(await kept(tight)).toBeLessThan(capacity);
  socket.close();
});

it("is not fooled by another process with the recorded number", async () => {
  site = await createEngineSite();
  const bystander = spawn("sleep", ["30"]);
  try {
    const identity = { pid: bystander.pid ?? 0, startTime: "1", bootId: "other" };
    writeFileSync(
      site.engineOptions.pidFile,
      JSON.stringify({ identity, configDigest: "whatever" }),
    );
    await site.engine.start();
    expect(bystander.exitCode).toBeNull();
    expect(site.engine.pid).not.toBe(bystander.pid);
  } finally {
    bystander.kill("SIGKILL");
  }
});
