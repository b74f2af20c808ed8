import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clearTheWay } from "../cluster/clear-the-way.ts";
import { isAlive, readProcess, serverProcesses } from "../cluster/processes.ts";
import { engineCandidates, prepareEngine } from "../engine/prepare-engine.ts";
import { noLog } from "../log.ts";
import { chooseRunAs, launchFor } from "./run-as.ts";
import {
  builtModule,
  killHard,
  makeFolder,
  QUICK,
  query,
  removeFolder,
  spawnScript,
  startInChild,
  until,
  untilGone,
} from "./server-process.test-helper.ts";
import { socketSettings } from "./settings.ts";
import { shortHash } from "./socket-folder.ts";
import { spawnServer, waitUntilReady } from "./spawn-server.ts";
import { startPostgres } from "./start-postgres.ts";

let folder: string;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => removeFolder(folder));

const start = (dataDir: string) => startPostgres({ dataDir, log: noLog, settings: QUICK });

describe("when our process is killed", () => {
  it("the server shuts itself down", async () => {
    const dataDir = join(folder, "tied");
    const child = await startInChild({ dataDir, settings: QUICK });
    await killHard(child.node);
    await untilGone(child.serverPid);
    await expect(stat(join(dataDir, "cluster/postmaster.pid"))).rejects.toThrow("ENOENT");
  });

  it("the server shuts itself down in a folder that only we may enter, too", async () => {
    await mkdir(join(folder, "closed"), { mode: 0o700 });
    const dataDir = join(folder, "closed", "tied");
    const child = await startInChild({ dataDir, settings: QUICK });
    await killHard(child.node);
    await untilGone(child.serverPid);
    await expect(stat(join(dataDir, "cluster/postmaster.pid"))).rejects.toThrow("ENOENT");
  });

  it("the next start takes over a server that was left running", async () => {
    const dataDir = join(folder, "orphan");
    const child = await startInChild({ dataDir, settings: QUICK, dieWithParent: false });
    await query(child.url, "create table kept as select 7 as seven");
    await killHard(child.node);
    expect(isAlive(await readProcess(child.serverPid))).toBe(true);
    const server = await start(dataDir);
    expect(isAlive(await readProcess(child.serverPid))).toBe(false);
    expect(await query(server.url("postgres"), "select * from kept")).toEqual([{ seven: 7 }]);
    await server.stop();
  });

  it("a backend that outlived its server in a busy loop is ended", async () => {
    const dataDir = join(folder, "busy");
    const child = await startInChild({ dataDir, settings: QUICK, dieWithParent: false });
    const client = new pg.Client(child.url);
    client.on("error", () => {});
    await client.connect();
    const busy = client
      .query("select count(*) from (select generate_series(1, 1000000000000)) t")
      .catch(() => {});
    await killHard(child.node);
    process.kill(child.serverPid, "SIGKILL");
    await untilGone(child.serverPid);
    const cluster = { folder: join(dataDir, "cluster"), name: `breakwater-${shortHash(dataDir)}` };
    // Everybody else notices and leaves; the log collector waits for the last one.
    await until(async () => {
      const titles = (await serverProcesses(cluster)).map((process) => process.arguments[0] ?? "");
      return titles.length > 0 && titles.every((title) => /SELECT|logger/.test(title));
    });
    await clearTheWay(cluster, noLog, {
      interrupt: 0,
      children: 100,
      quit: 9_000,
      kill: 5_000,
    });
    expect(await serverProcesses(cluster)).toEqual([]);
    await busy;
    const server = await start(dataDir);
    await server.stop();
  });

  it("half-made data are thrown away and made anew", async () => {
    const dataDir = join(folder, "half");
    const node = spawnScript(`
      import { startPostgres, noLog } from ${JSON.stringify(builtModule("index.js"))};
      await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: noLog });`);
    await until(async () => (await drafts(dataDir)).length > 0);
    await killHard(node);
    expect(await drafts(dataDir)).toHaveLength(1);
    const server = await start(dataDir);
    expect(await query(server.url("postgres"), "select 1 as one")).toEqual([{ one: 1 }]);
    expect(await drafts(dataDir)).toEqual([]);
    await server.stop();
  });
});

async function drafts(dataDir: string): Promise<string[]> {
  const names = await readdir(dataDir).catch(() => []);
  return names.filter((name) => name.startsWith("cluster.tmp-"));
}

it("refuses a database folder that was not finished by us", async () => {
  const dataDir = join(folder, "foreign");
  await mkdir(join(dataDir, "cluster"), { recursive: true });
  await writeFile(join(dataDir, "cluster/PG_VERSION"), "18\n");
  await expect(start(dataDir)).rejects.toThrow(/not finished by Breakwater/);
});

describe("a stale postmaster.pid", () => {
  let dataDir: string;
  let stranger: ChildProcess;

  beforeAll(async () => {
    dataDir = join(folder, "stale");
    await (await start(dataDir)).stop();
    // Of the server's own user: that is the one case in which PostgreSQL itself gives up.
    const { uid, gid } = await stat(join(dataDir, "cluster"));
    stranger = spawn("sleep", ["600"], process.getuid?.() === 0 ? { uid, gid } : {});
    await once(stranger, "spawn");
  });
  afterAll(() => stranger.kill());

  it.each([
    ["of a dead process", () => 4_194_303],
    ["whose number now belongs to a stranger", () => stranger.pid],
    ["that is torn", () => ""],
  ])("%s does not prevent the start", async (_case, pid) => {
    const path = join(dataDir, "cluster/postmaster.pid");
    const text = pid() === "" ? "" : `${pid()}\n${dataDir}/cluster\n1700000000\n5432\n`;
    await writeFile(path, text);
    await writeFile(join(dataDir, "s/.s.PGSQL.5432.lock"), text);
    const server = await start(dataDir);
    expect(await readFile(path, "utf8")).toContain(String(server.pid));
    await server.stop();
    await rm(path, { force: true });
    expect(isAlive(await readProcess(stranger.pid ?? 0))).toBe(true);
  });
});

it("leaves a server alone that somebody started by hand on the same data", async () => {
  const dataDir = join(folder, "by-hand");
  await (await start(dataDir)).stop();
  const link = join(folder, "link");
  await symlink(join(dataDir, "cluster"), link);
  const runAs = await chooseRunAs(dataDir);
  const engine = await prepareEngine({
    dataDir,
    launch: await launchFor(runAs, false),
    major: null,
    candidates: await engineCandidates(),
  });
  const manual = await spawnServer({
    engine,
    launch: await launchFor(runAs, true),
    cluster: { folder: link, name: "by-hand" },
    settings: { ...QUICK, ...socketSettings(join(dataDir, "s")) },
    startLog: join(dataDir, "start.log"),
  });
  expect(await waitUntilReady(manual, link)).toBe(true);
  await expect(start(dataDir)).rejects.toThrow(`Process ${manual.pid} (`);
  manual.kill("SIGINT");
  await manual.exited;
});
