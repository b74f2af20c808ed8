import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isOurs, readRecord, stopLeftOver, takeOver, writeRecord } from "./run-record.ts";

const folder = mkdtempSync(join(tmpdir(), "breakwater-run-"));
const path = join(folder, "server.json");
const IDLE = "setInterval(() => {}, 1000)";

function startIdle(...words: string[]) {
  const child = spawn(process.execPath, ["-e", IDLE, "--", ...words], { stdio: "ignore" });
  const { pid } = child;
  if (pid === undefined) throw new Error("no process");
  return { child, pid, exited: once(child, "exit") };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("what an earlier run left behind", () => {
  it("is ended when it is provably ours", async () => {
    const { pid, exited, child } = startIdle("hub", folder);
    writeRecord(path, pid, ["hub", folder]);
    expect(await stopLeftOver(path, 5000)).toBe(pid);
    await exited;
    expect(child.signalCode).toBe("SIGTERM");
    expect(existsSync(path)).toBe(false);
  });

  it("is left alone when the number now belongs to another program", async () => {
    const { pid, exited, child } = startIdle("somebody", "else");
    writeRecord(path, pid, ["hub", folder]);
    expect(await stopLeftOver(path, 5000)).toBe(undefined);
    expect(child.exitCode).toBe(null);
    child.kill("SIGKILL");
    await exited;
  });

  it("is left alone when the process started at another time", async () => {
    const { pid, exited, child } = startIdle("hub", folder);
    writeRecord(path, pid, ["hub", folder]);
    const record = readRecord(path);
    if (record === undefined) throw new Error("no record");
    const earlier = { ...record, identity: { ...record.identity, startTime: "1" } };
    expect(isOurs(record)).toBe(true);
    expect(isOurs(earlier)).toBe(false);
    expect(isOurs({ ...record, identity: { ...record.identity, bootId: "other" } })).toBe(false);
    child.kill("SIGKILL");
    await exited;
    expect(isOurs(record)).toBe(false);
  });

  it("is nothing when the note is missing or torn", async () => {
    expect(await stopLeftOver(join(folder, "none.json"), 10)).toBe(undefined);
    writeFileSync(path, '{"identity":{"pid"');
    expect(await stopLeftOver(path, 10)).toBe(undefined);
  });
});

describe("one supervisor per data folder", () => {
  const lock = join(folder, "up.json");
  const me = process.argv.slice(1, 2);

  it("refuses a second one and names the first", () => {
    const first = takeOver(lock, me);
    expect(() => takeOver(lock, me)).toThrow(
      `already runs with this data folder (process ${process.pid})`,
    );
    first.release();
    takeOver(lock, me).release();
  });

  it("replaces the note of one that was killed", async () => {
    const { pid, exited, child } = startIdle("up");
    writeRecord(lock, pid, ["up"]);
    child.kill("SIGKILL");
    await exited;
    takeOver(lock, me).release();
    writeFileSync(lock, "");
    const taken = takeOver(lock, me);
    expect(readRecord(lock)).toMatchObject({ identity: { pid: process.pid } });
    taken.release();
  });
});
