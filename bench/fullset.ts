import { createBrotliDecompress } from "node:zlib";
import type { SetId } from "@breakwater/protocol";
import { loadSnapshot } from "@breakwater/reputation-set";
import { type DeviceClient, eventually } from "@breakwater/testkit";
import { type BenchStack, startBenchStack } from "./lib/bench-stack.ts";
import { enrollClients } from "./lib/device-clients.ts";
import { figure } from "./lib/figures.ts";
import { startInlineDevice, untilHolding } from "./lib/inline-device.ts";
import { loadEntries } from "./lib/load-entries.ts";
import { readBenchOptions } from "./lib/options.ts";
import { withCleanUp } from "./lib/with-clean-up.ts";

/*
 * How long a new device takes to enforce the whole set.
 *
 *   the agent hears of its policy ──▶ asks for the snapshot ──▶ the engine holds every entry
 *   └────────────────────────────── fullset.apply_s ──────────────────────────────┘
 *
 * Real agent and engine; the SMS writes the snapshot when it is asked for the first time, which is
 * part of the figure. Then ten fresh devices without engines fetch and prove it at the same time.
 */

const FRESH_DEVICES = 10;

const options = readBenchOptions();
const entries = options.entries ?? (options.quick ? 20_000 : 100_000);

await withCleanUp(async (onStop) => {
  const stack = await startBenchStack(onStop);
  await loadEntries(stack, entries);
  const inline = await startInlineDevice(stack, onStop);
  const isOffered = async () => (await inline.status()).activation !== undefined;
  await eventually("the device hears of its policy", isOffered);
  const started = performance.now();
  const position = await untilHolding(inline, entries);
  const seconds = (performance.now() - started) / 1000;
  const clients = await enrollClients(stack, FRESH_DEVICES, onStop);
  await fetchAtOnce(stack, clients, position.set);
  figure("fullset.apply_s", seconds, "s", { entries });
});

async function fetchAtOnce(
  stack: BenchStack,
  clients: readonly DeviceClient[],
  set: SetId,
): Promise<void> {
  const started = performance.now();
  const sizes = await Promise.all(clients.map((client) => fetchAndProve(client, set)));
  const seconds = (performance.now() - started) / 1000;
  figure("fullset.wire_mb", (sizes[0] ?? 0) / 1e6, "MB", { entries });
  figure("fullset10.wall_s", seconds, "s", { entries, devices: clients.length });
  figure("fullset10.server_rss_mb", (await stack.smsMemory()) / 1e6, "MB", {
    entries,
    devices: clients.length,
  });
}

/** Answers the bytes that came over the wire. */
async function fetchAndProve(client: DeviceClient, set: SetId): Promise<number> {
  const bytes = await client.snapshot(set);
  const decompressed = createBrotliDecompress();
  decompressed.end(bytes);
  const { position } = await loadSnapshot(decompressed, { maxMembers: entries * 2 });
  if (position.count < entries) throw new Error(`only ${position.count} members came`);
  return bytes.length;
}
