import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHILD_POLICY, type ChildEvent } from "./child-step.ts";
import { readRecord } from "./run-record.ts";
import { SupervisedChild } from "./supervised-child.ts";

const folder = mkdtempSync(join(tmpdir(), "breakwater-child-"));
const program = join(folder, "server.mjs");
const recordFile = join(folder, "run", "server.json");
const logFile = join(folder, "log", "server.log");

/** A server as ours are: asks for its configuration, says that it is ready, ends when told. */
const SERVER = `
process.on("disconnect", () => process.exit(0));
process.on("message", ({ configuration }) => {
  console.log("configured with", configuration.name);
  if (configuration.refuse) {
    process.send({ type: "refused", reason: "port 1 is taken" }, () => process.exit(1));
    return;
  }
  process.send({ type: "ready", details: { name: configuration.name } });
});
process.on("SIGTERM", () => { if (!process.env.STUBBORN) process.exit(0); });
process.send({ type: "waiting" });
`;

const policy = { ...CHILD_POLICY, firstDelayMs: 10, stopWithinMs: 300 };

function create(configuration: object, events: ChildEvent[] = []): SupervisedChild {
  return new SupervisedChild({
    name: "server",
    args: [program, folder],
    configuration: () => configuration,
    logFile,
    recordFile,
    onEvent: (event) => events.push(event),
    policy,
  });
}

async function eventually(reached: () => boolean): Promise<void> {
  for (let waited = 0; waited < 20_000 && !reached(); waited += 20) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(reached()).toBe(true);
}

beforeAll(() => writeFileSync(program, SERVER));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a supervised server", () => {
  it("gets its configuration, reports itself, and leaves nothing when it is stopped", async () => {
    const child = create({ name: "one" });
    expect(await child.start()).toEqual({ name: "one" });
    expect(readRecord(recordFile)).toMatchObject({ identity: { pid: child.pid } });
    await child.stop();
    expect(child.phase).toBe("idle");
    expect(existsSync(recordFile)).toBe(false);
    expect(readFileSync(logFile, "utf8")).toContain("configured with one");
  });

  it("comes back after it was killed, again and again", async () => {
    const events: ChildEvent[] = [];
    const child = create({ name: "two" }, events);
    await child.start();
    for (let round = 1; round <= 3; round++) {
      const { pid } = child;
      if (pid === undefined) throw new Error("not running");
      process.kill(pid, "SIGKILL");
      await eventually(() => child.phase === "running" && child.pid !== pid);
    }
    expect(events.filter(({ event }) => event === "exited")).toHaveLength(3);
    expect(events).toContainEqual(expect.objectContaining({ reason: "SIGKILL" }));
    await child.stop();
  });

  it("is given up with its own words when it cannot start", async () => {
    const child = create({ name: "three", refuse: true });
    await expect(child.start()).rejects.toThrow(
      /server did not start: port 1 is taken.*server\.log/,
    );
    expect(child.phase).toBe("failed");
    await child.stop();
  });

  it("is killed when it does not listen", async () => {
    process.env["STUBBORN"] = "yes";
    try {
      const child = create({ name: "four" });
      await child.start();
      await child.stop();
      expect(child.phase).toBe("idle");
      expect(child.pid).toBe(undefined);
    } finally {
      delete process.env["STUBBORN"];
    }
  });
});
