import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePortBase, type RunningStack, startStack } from "./running-stack.ts";
import type { OnStop } from "./with-clean-up.ts";

export type BenchStack = Pick<
  RunningStack,
  "hub" | "sms" | "smsRequest" | "publicApi" | "smsMemory" | "smsPeakMemory"
> & {
  /** For whatever else the benchmark keeps on disk. */
  folder: string;
};

/**
 * `breakwater up` as shipped, empty and without its lab: PostgreSQL with fsync, hub and SMS in
 * processes of their own, connected by a real token.
 */
export async function startBenchStack(onStop: OnStop): Promise<BenchStack> {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-bench-"));
  onStop(() => rm(folder, { recursive: true, force: true }));
  const running = await startStack({
    dataFolder: join(folder, "data"),
    portBase: await freePortBase(),
    args: ["--no-lab", "--no-samples"],
  });
  onStop(() => running.stop());
  return { ...running, folder };
}
