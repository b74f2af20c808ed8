import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openProcessFolder } from "./process-folder.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "bw-process-folder-"));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

async function leftBy(name: string, age: number): Promise<void> {
  await mkdir(join(parent, name));
  await writeFile(join(parent, name, "snapshot"), "");
  const then = new Date(Date.now() - age);
  await utimes(join(parent, name), then, then);
}

test("a folder of its own, empty, beside those of processes that run", async () => {
  const dead = spawnSync("true").pid;
  await leftBy(`${hostname()}-${process.ppid}`, 10 ** 9);
  await leftBy(`${hostname()}-${process.pid}`, 0);
  await leftBy(`${hostname()}-${dead}`, 0);
  await leftBy("other-host-7", 3_600_000);
  await leftBy("gone-host-7", 25 * 3_600_000);
  const own = await openProcessFolder(parent);
  expect(await readdir(own)).toEqual([]);
  expect((await readdir(parent)).toSorted()).toEqual(
    [`${hostname()}-${process.pid}`, `${hostname()}-${process.ppid}`, "other-host-7"].toSorted(),
  );
});
