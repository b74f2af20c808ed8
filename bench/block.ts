import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labStatus, openLab } from "@breakwater/lab";
import { figure, percentile, progress } from "./lib/figures.ts";
import { publicObject, trialIndicator } from "./lib/indicators.ts";
import { startLabClient } from "./lib/lab-client.ts";
import { loadEntries, untilInForce } from "./lib/load-entries.ts";
import { monotonicMs } from "./lib/monotonic.ts";
import { readBenchOptions } from "./lib/options.ts";
import { freePortBase, startStack } from "./lib/running-stack.ts";

/*
 * From the hub's answer to the first dropped packet: hub, SMS, agent and engine as processes of their
 * own, a client that sends a request every 4 ms, addresses, domains and URLs in turn. A packet that
 * was dropped before the answer came counts as 0 ms.
 */
const options = readBenchOptions();
const entries = options.entries ?? 10_000;
const changes = options.quick ? 30 : 150;

const dataFolder = await mkdtemp(join(tmpdir(), "breakwater-bench-"));
const labName = `bench-${process.pid}`;
const stack = await startStack({
  dataFolder,
  portBase: await freePortBase(),
  args: ["--no-samples", "--lab-name", labName],
});
try {
  await loadEntries(stack, entries);
  await untilInForce(stack, entries);
  const times = await measure();
  const context = { entries, changes };
  figure("block.p50_ms", percentile(times, 0.5), "ms", context);
  figure("block.p99_ms", percentile(times, 0.99), "ms", context);
  figure("block.max_ms", Math.max(...times), "ms", context);
} finally {
  await stack.stop();
  await rm(dataFolder, { recursive: true, force: true });
}

async function measure(): Promise<number[]> {
  const lab = openLab(labName);
  const server = lab?.devices[0]?.addresses.server.v4[0];
  if (lab === undefined || server === undefined) {
    throw new Error(`the lab is ${labStatus(labName).state}; it needs root and Suricata`);
  }
  const client = startLabClient(lab);
  const times: number[] = [];
  for (let id = 0; id < changes; id++) {
    const indicator = trialIndicator(id);
    const { blocked } = await client.follow({ id, ...indicator, server });
    const response = await stack.publicApi("/v3.0/threatintel/suspiciousObjects", [
      publicObject(indicator),
    ]);
    await response.text();
    const answered = monotonicMs();
    if (!response.ok) throw new Error(`the hub answered ${response.status}`);
    const time = Math.max(0, (await blocked) - answered);
    times.push(time);
    progress(`${indicator.kind} ${indicator.value}: ${time.toFixed(0)} ms`);
  }
  client.close();
  return times;
}
