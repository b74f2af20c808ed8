import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noLog } from "../log.ts";
import {
  makeFolder,
  ownerOf,
  QUICK,
  query,
  removeFolder,
  startInChild,
  UNPRIVILEGED,
  until,
  untilGone,
} from "./server-process.test-helper.ts";
import { type EmbeddedPostgres, startPostgres } from "./start-postgres.ts";

const isRoot = process.getuid?.() === 0;
let folder: string;

beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => removeFolder(folder));

const start = (dataDir: string, more: { user?: string } = {}) =>
  startPostgres({ dataDir, log: noLog, settings: QUICK, ...more });

describe("a running server", () => {
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    server = await start(join(folder, "running"));
  });
  afterAll(() => server.stop());

  it("listens on its socket only, in a closed folder", async () => {
    const rows = await query(server.url("postgres"), "show listen_addresses");
    expect(rows).toEqual([{ listen_addresses: "" }]);
    expect((await stat(server.socketDir)).mode & 0o777).toBe(0o700);
  });

  it("sorts by bytes, whatever the machine's locale", async () => {
    const rows = await query(
      server.url("postgres"),
      "select x from (values ('a'), ('B'), ('ä')) as t(x) order by x",
    );
    expect(rows.map(({ x }) => x)).toEqual(["B", "a", "ä"]);
  });

  it("never runs as root", async () => {
    const pid = server.pid ?? 0;
    expect(await ownerOf(pid)).not.toBe(0);
  });

  it("has a process group of its own, which Ctrl-C in our terminal does not reach", async () => {
    const fields = (await readFile(`/proc/${server.pid}/stat`, "utf8")).split(") ")[1]?.split(" ");
    expect(Number(fields?.[2])).toBe(server.pid);
  });

  it("logs to files", async () => {
    await query(server.url("postgres"), "select no_such_column").catch(() => {});
    const [name = ""] = await readdir(join(server.dataDir, "log"));
    const text = await readFile(join(server.dataDir, "log", name), "utf8");
    expect(text).toContain("no_such_column");
  });

  it("refuses a second instance on the same folder, naming the first", async () => {
    await expect(start(server.dataDir)).rejects.toMatchObject({
      code: "Conflict",
      message: expect.stringContaining(`process ${process.pid}`),
    });
    expect(await query(server.url("postgres"), "select 1 as one")).toEqual([{ one: 1 }]);
  });
});

it("keeps its data over a restart", async () => {
  const first = await start(join(folder, "kept"));
  await query(first.url("postgres"), "create table kept as select 7 as seven");
  await first.stop();
  const second = await start(join(folder, "kept"));
  expect(await query(second.url("postgres"), "select * from kept")).toEqual([{ seven: 7 }]);
  await second.stop();
});

it("uses a short folder for its socket when the data folder's path is too long", async () => {
  const server = await start(join(folder, "a-very-long-name-".repeat(8)));
  expect(server.socketDir.length).toBeLessThan(80);
  expect((await stat(server.socketDir)).mode & 0o777).toBe(0o700);
  expect(await query(server.url("postgres"), "select 1 as one")).toEqual([{ one: 1 }]);
  await server.stop();
});

it("says why the server does not start", async () => {
  const starting = startPostgres({
    dataDir: join(folder, "wrong"),
    log: noLog,
    settings: { ...QUICK, wal_level: "nonsense" },
  });
  await expect(starting).rejects.toThrow(/did not start.*wal_level/);
});

it("works in a folder that only we may enter", async () => {
  const closed = join(folder, "closed");
  await mkdir(closed, { mode: 0o700 });
  const server = await start(join(closed, "data"));
  expect(await query(server.url("postgres"), "select 1 as one")).toEqual([{ one: 1 }]);
  await server.stop();
});

it("gives data that were restored under another owner back to the server's user", async () => {
  const dataDir = join(folder, "restored");
  await (await start(dataDir)).stop();
  if (isRoot) execFileSync("chown", ["-R", "0:0", join(dataDir, "cluster")]);
  await chmod(join(dataDir, "cluster"), 0o755);
  const server = await start(dataDir);
  expect(await query(server.url("postgres"), "select 1 as one")).toEqual([{ one: 1 }]);
  await server.stop();
});

it("names a user that does not exist", async () => {
  const starting = start(join(folder, "nobody"), { user: "no-such-user" });
  await expect(starting).rejects.toThrow("There is no user no-such-user");
});

it("runs for an ordinary user", async () => {
  const dataDir = join(folder, "ordinary");
  const child = await startInChild({ dataDir, settings: QUICK }, UNPRIVILEGED);
  expect(await query(child.url, "select 1 as one")).toEqual([{ one: 1 }]);
  child.node.kill("SIGKILL");
  await untilGone(child.serverPid);
});

it("comes back by itself when its process is killed", async () => {
  const server = await start(join(folder, "killed"));
  const exits: unknown[] = [];
  server.onExit((exit) => exits.push(exit));
  const before = server.pid;
  process.kill(before ?? 0, "SIGKILL");
  await until(async () => server.phase === "running" && server.pid !== before);
  expect(exits).toEqual([{ code: null, signal: "SIGKILL" }]);
  expect(await query(server.url("postgres"), "select 1 as one")).toEqual([{ one: 1 }]);
  await server.stop();
  expect(server.phase).toBe("stopped");
});
