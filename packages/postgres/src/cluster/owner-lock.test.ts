import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { noLog } from "../log.ts";
import { acquireOwnerLock } from "./owner-lock.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bw-lock-"));
  path = join(folder, "owner.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const quick = { log: noLog, onLost: () => {}, beatMs: 50, patienceMs: 500 };
const take = async () => {
  const lock = await acquireOwnerLock(folder, quick);
  const { pid } = JSON.parse(await readFile(path, "utf8"));
  await lock.release();
  return pid;
};
const elsewhere = { id: "x", place: "other-host|boot|pid:[1]", pid: 1, startTicks: "1" };

it("can be taken again after it was released", async () => {
  expect([await take(), await take()]).toEqual([process.pid, process.pid]);
});

it("lets only one of several win", async () => {
  const results = await Promise.allSettled([1, 2, 3, 4].map(() => acquireOwnerLock(folder, quick)));
  const winners = results.filter(({ status }) => status === "fulfilled");
  expect(winners).toHaveLength(1);
});

it("takes over from a process of this machine that is gone", async () => {
  const held = await acquireOwnerLock(folder, quick);
  const owner = JSON.parse(await readFile(path, "utf8"));
  await held.release();
  // Its number is in use, but by a process that started at another time.
  await writeFile(path, JSON.stringify({ ...owner, startTicks: "1" }));
  expect(await take()).toBe(process.pid);
});

it("takes over from another container once its lock stands still", async () => {
  await writeFile(path, JSON.stringify(elsewhere));
  expect(await take()).toBe(process.pid);
});

it("refuses while another container keeps renewing its lock", async () => {
  await writeFile(path, JSON.stringify(elsewhere));
  const beat = setInterval(() => void utimes(path, new Date(), new Date()), 50);
  await expect(acquireOwnerLock(folder, quick)).rejects.toThrow(
    /in use by process 1 on other-host/,
  );
  clearInterval(beat);
});

it("takes over a torn lock", async () => {
  await writeFile(path, '{"id":');
  expect(await take()).toBe(process.pid);
});

it("tells its holder when it was taken, and leaves the other's lock alone", async () => {
  let lost = () => {};
  const told = new Promise<void>((resolve) => {
    lost = resolve;
  });
  const lock = await acquireOwnerLock(folder, { ...quick, onLost: () => lost() });
  await writeFile(path, JSON.stringify(elsewhere));
  await told;
  await lock.release();
  expect(await readFile(path, "utf8")).toContain("other-host");
});
