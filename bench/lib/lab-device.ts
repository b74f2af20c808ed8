import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createLab, type Lab, type LabDevice } from "@breakwater/lab";
import { eventually } from "@breakwater/testkit";
import type { BenchStack } from "./bench-stack.ts";
import { progress } from "./figures.ts";
import { CLI } from "./running-stack.ts";
import type { OnStop } from "./with-clean-up.ts";

const NAME = "bench-device";

/** A lab whose one inline device is protected by the real agent and engine. */
export async function startLabDevice(
  stack: BenchStack,
  onStop: OnStop,
): Promise<{ lab: Lab; device: LabDevice }> {
  const lab = await createLab({ name: `bench-${process.pid}`, dir: join(stack.folder, "lab") });
  onStop(() => lab.down());
  const [device] = lab.devices;
  if (device === undefined) throw new Error("the lab has no device");
  const { token } = await stack.sms("POST /api/v1/device-enrollment-tokens", { body: {} });
  const agent = startAgent(join(stack.folder, "agent"), device, token);
  onStop(async () => {
    agent.kill("SIGTERM");
    if (agent.exitCode === null && agent.signalCode === null) await once(agent, "exit");
  });
  return { lab, device };
}

function startAgent(folder: string, device: LabDevice, token: string): ChildProcess {
  const { interfaceA, interfaceB, netns } = device;
  const flags = {
    data: folder,
    interfaces: `${interfaceA},${interfaceB}`,
    netns,
    name: NAME,
    "engine-on-stop": "stop",
    "log-level": "warn",
  };
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  return spawn(process.execPath, [CLI, "agent", ...args], {
    env: { ...process.env, BREAKWATER_TOKEN: token },
    // Its log goes where people look, not where the figures are.
    stdio: ["ignore", 2, 2],
  });
}

/** Until the engine holds all of at least `count` entries. */
export async function untilInForce({ sms }: BenchStack, count: number): Promise<void> {
  const started = performance.now();
  await eventually(
    `${count} entries are in force`,
    async () => {
      const { items } = await sms("GET /api/v1/devices");
      const set = items.find(({ name }) => name === NAME)?.set ?? undefined;
      return set !== undefined && set.version === set.desired && set.inForce >= count;
    },
    300_000,
  );
  progress(`in force on the device after ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
