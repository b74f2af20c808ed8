import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePortBase, type RunningStack, startStack } from "./running-stack.ts";

export type BenchStack = Omit<RunningStack, "seconds"> & {
  /** For whatever else the benchmark keeps on disk. */
  folder: string;
};

/**
 * `breakwater up` as shipped, empty and without its lab: PostgreSQL with fsync, hub and SMS in
 * processes of their own, connected by a real token.
 */
export async function startBenchStack(): Promise<BenchStack> {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-bench-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const running = await startStack({
      dataFolder: join(folder, "data"),
      portBase: await freePortBase(),
      args: ["--no-lab", "--no-samples"],
    });
    const stop = async () => {
      await running.stop();
      await remove();
    };
    return { ...running, folder, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
