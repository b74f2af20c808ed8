import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createLab } from "@breakwater/lab";
import type { SetPosition } from "@breakwater/protocol";
import { TestDevice } from "@breakwater/testkit";
import type { BenchStack } from "./bench-stack.ts";
import type { OnStop } from "./with-clean-up.ts";

/** A lab with the real engine, and the real agent in this process, where its state can be watched. */
export async function startInlineDevice(stack: BenchStack, onStop: OnStop): Promise<TestDevice> {
  const lab = await createLab({ name: `bench-${process.pid}`, dir: join(stack.folder, "lab") });
  onStop(() => lab.down());
  const [device] = lab.devices;
  if (device === undefined) throw new Error("the lab has no device");
  const { token } = await stack.sms("POST /api/v1/device-enrollment-tokens", { body: {} });
  const inline = new TestDevice({ device, dataDirectory: join(stack.folder, "agent"), token });
  await inline.start();
  onStop(() => inline.stop("stop"));
  return inline;
}

/** The engine and the disk have a set of so many entries; resolves with where it stands. */
export async function untilHolding(inline: TestDevice, count: number): Promise<SetPosition> {
  for (const started = performance.now(); performance.now() - started < 300_000; ) {
    // Absent until everything is with the engine.
    const { position, inForce, notInForce } = await inline.status();
    if (position?.count === count && inForce === count && notInForce === 0) return position;
    await sleep(5);
  }
  throw new Error(`${count} entries are not in force`);
}
