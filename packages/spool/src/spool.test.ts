import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openNodeDisk } from "./node-disk.ts";
import type { SpoolRecord } from "./record.ts";
import { NO_POSITION } from "./source-position.ts";
import { Spool, type SpoolItem, type SpoolOptions } from "./spool.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spool-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function optionsIn(path: string, changes: Partial<SpoolOptions> = {}): Promise<SpoolOptions> {
  const disk = await openNodeDisk(path);
  return {
    disk,
    newEpoch: () => "00112233aabbccdd",
    segmentBytes: 4096,
    maxBytes: 1 << 20,
    reserveBytes: 0,
    ...changes,
  };
}

function item(
  text: string,
  offset: number,
  recordClass: SpoolItem["recordClass"] = "event",
): SpoolItem {
  return {
    count: 1,
    recordClass,
    firstTime: offset,
    lastTime: offset,
    position: { ...NO_POSITION, offset },
    payload: Buffer.from(text),
  };
}

function textsOf(records: readonly SpoolRecord[]): string[] {
  return records.map((record) =>
    record.kind === "data" ? record.payload.toString() : `${record.count} lost to ${record.reason}`,
  );
}

async function readAll(spool: Spool, from = 0): Promise<SpoolRecord[]> {
  const records: SpoolRecord[] = [];
  for (let next = from; next < spool.status().nextSeq; ) {
    const part = await spool.read(next, 4096);
    records.push(...part);
    const last = part.at(-1);
    if (last === undefined) break;
    next = last.seq + last.count;
  }
  return records;
}

test("keeps epoch, position and records across restarts, and cuts off a torn tail", async () => {
  const first = await Spool.open(await optionsIn(directory));
  await first.append([item("a", 10), item("b".repeat(2000), 20)]);
  await first.append([item("c", 30)]);
  await first.close();
  const [newest = ""] = readdirSync(directory).filter((name) => name.endsWith(".log"));
  const whole = readFileSync(join(directory, newest));
  writeFileSync(join(directory, newest), whole.subarray(0, whole.length - 5));

  const second = await Spool.open(
    await optionsIn(directory, { newEpoch: () => "ffffffffffffffff" }),
  );
  expect(second.epoch).toBe("00112233aabbccdd");
  expect(second.position?.offset).toBe(20);
  expect(textsOf(await readAll(second))).toEqual(["a", "b".repeat(2000)]);
  expect(await second.append([item("again c", 30)])).toBe(3);
  await second.close();
});

test("acknowledged segments are deleted, the newest stays for its position", async () => {
  const spool = await Spool.open(await optionsIn(directory));
  for (let i = 0; i < 100; i += 1) await spool.append([item(`${i}`.repeat(100), i)]);
  const before = readdirSync(directory).length;
  await spool.acknowledge(100);
  expect(before).toBeGreaterThan(4);
  expect(readdirSync(directory).filter((name) => name.endsWith(".log"))).toHaveLength(1);
  expect(spool.status()).toMatchObject({ pending: 0, nextSeq: 100, acknowledged: 100 });
  await spool.close();
  const again = await Spool.open(await optionsIn(directory));
  expect(again.position?.offset).toBe(99);
  await again.close();
});

test("telemetry is given up before events, and every lost item is counted in its place", async () => {
  const spool = await Spool.open(await optionsIn(directory, { maxBytes: 32_768 }));
  for (let i = 0; i < 90; i += 1) {
    await spool.append([
      item(`event ${i}`, i),
      item(`telemetry ${i}${randomText(400)}`, i, "telemetry"),
    ]);
  }
  const records = await readAll(spool);
  const events = textsOf(records).filter((text) => text.startsWith("event"));
  const lost = records.filter((record) => record.kind === "tombstone");
  expect(events).toHaveLength(90);
  expect(lost.every((record) => record.recordClass === "telemetry")).toBe(true);
  const kept = textsOf(records).filter((text) => text.startsWith("telemetry")).length;
  expect(lost.reduce((sum, record) => sum + record.count, 0) + kept).toBe(90);
  expect(spool.status().dropped).toBe(90 - kept);
  await spool.close();
});

test("a damaged record becomes a counted gap and its bytes are kept aside", async () => {
  const spool = await Spool.open(await optionsIn(directory));
  for (let i = 0; i < 60; i += 1) await spool.append([item(`record ${i}`, i)]);
  await spool.close();
  const [oldest = ""] = readdirSync(directory).sort();
  const bytes = readFileSync(join(directory, oldest));
  bytes[300] = (bytes[300] ?? 0) ^ 0xff;
  writeFileSync(join(directory, oldest), bytes);

  const again = await Spool.open(await optionsIn(directory));
  const texts = textsOf(await readAll(again));
  expect(texts.filter((text) => text.startsWith("record"))).toHaveLength(59);
  expect(texts.filter((text) => text.includes("lost"))).toEqual(["1 lost to corruption"]);
  expect(again.status().damagedSegments).toBe(1);
  expect(readdirSync(directory)).toContain(`${oldest}.damaged`);
  await again.close();
});

test("a full disk is named, nothing promised is lost, and the reserve gives a little more room", async () => {
  const mount = join(directory, "full");
  execFileSync("mkdir", [mount]);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", mount]);
  try {
    const options = await optionsIn(mount, { reserveBytes: 65_536, segmentBytes: 32_768 });
    const spool = await Spool.open(options);
    let written = 0;
    const failure = await (async () => {
      for (;;) {
        await spool.append([item(randomText(3000), written)]);
        written += 1;
      }
    })().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "DiskFull" });
    expect(spool.status()).toMatchObject({ diskFull: true, nextSeq: written });
    expect(readdirSync(mount)).not.toContain("reserve");
    expect(await readAll(spool)).toHaveLength(written);
    await spool.acknowledge(written);
    await spool.append([item("after", written)]);
    expect(spool.status().diskFull).toBe(false);
    await spool.close();
    const again = await Spool.open(options);
    expect(again.status().nextSeq).toBe(written + 1);
    await again.close();
  } finally {
    execFileSync("umount", [mount]);
  }
});

test("the reserve of an earlier run still helps on a disk that was full at the start", async () => {
  const mount = join(directory, "full");
  execFileSync("mkdir", [mount]);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", mount]);
  try {
    const options = await optionsIn(mount, { reserveBytes: 65_536, segmentBytes: 32_768 });
    await (await Spool.open(options)).close();
    try {
      writeFileSync(join(mount, "filler"), Buffer.alloc(1 << 20));
    } catch {
      // Full, as wanted.
    }
    const again = await Spool.open(options);
    expect(await again.append([item(randomText(3000), 1)])).toBe(1);
    expect(again.status().diskFull).toBe(true);
    await again.close();
  } finally {
    execFileSync("umount", [mount]);
  }
});

test("a receiver that has more than we do keeps its numbers: new items come after them", async () => {
  const spool = await Spool.open(await optionsIn(directory));
  await spool.append([item("a", 1)]);
  await spool.acknowledge(10);
  expect(await spool.append([item("b", 2)])).toBe(11);
  expect(textsOf(await spool.read(10, 1000))).toEqual(["b"]);
  await spool.close();
});

function randomText(length: number): string {
  return Array.from({ length }, () => Math.random().toString(36).slice(2, 3)).join("");
}
