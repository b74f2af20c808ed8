import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figure, percentile } from "./lib/figures.ts";
import { readBenchOptions } from "./lib/options.ts";
import { freePortBase, startStack } from "./lib/running-stack.ts";

/*
 * How long a person waits for `npm start` once dependencies are installed and built: with an empty
 * data folder (cold: database made, samples loaded, everything enrolled) and with the same one again.
 */
const { quick } = readBenchOptions();
const rounds = quick ? 1 : 5;
const cold: number[] = [];
const warm: number[] = [];

for (let round = 0; round < rounds; round++) {
  const dataFolder = await mkdtemp(join(tmpdir(), "breakwater-bench-"));
  const portBase = await freePortBase();
  try {
    for (const results of [cold, warm]) {
      const stack = await startStack({ dataFolder, portBase });
      results.push(stack.seconds);
      await stack.stop();
    }
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

figure("start.cold_s", percentile(cold, 0.5), "s", { rounds });
figure("start.warm_s", percentile(warm, 0.5), "s", { rounds });
