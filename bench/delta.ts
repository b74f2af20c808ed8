import { setTimeout as sleep } from "node:timers/promises";
import { type TestDevice } from "@breakwater/testkit";
import { type BenchStack, startBenchStack } from "./lib/bench-stack.ts";
import { figure, percentile, progress } from "./lib/figures.ts";
import { startInlineDevice, untilHolding } from "./lib/inline-device.ts";
import { loadEntries } from "./lib/load-entries.ts";
import { loadedObject } from "./lib/objects.ts";
import { readBenchOptions } from "./lib/options.ts";
import { withCleanUp } from "./lib/with-clean-up.ts";

/*
 * How long a thousand changed entries take to be enforced.
 *
 *   SMS has committed and answers ──▶ the engine holds them all, the set is on the device's disk
 *   └──────────────────────── delta.p50_ms, p99_ms ───────────────────────┘
 *
 * A thousand entries are added and then deleted, over and over: addresses, domains and URLs in the
 * mix of the loaded ones. Real agent and engine.
 */

const CHANGED = 1000;

const options = readBenchOptions();
const entries = options.entries ?? (options.quick ? 10_000 : 100_000);
const rounds = options.quick ? 10 : 60;

await withCleanUp(async (onStop) => {
  const stack = await startBenchStack(onStop);
  await loadEntries(stack, entries);
  const inline = await startInlineDevice(stack, onStop);
  await untilHolding(inline, entries);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    times.push(...(await addAndDelete(stack, inline)));
    progress(`round ${round + 1}: ${times.slice(-2).map(Math.round).join(" ms, deleted ")} ms`);
  }
  const context = { entries, changed: CHANGED, changes: times.length };
  figure("delta.p50_ms", percentile(times, 0.5), "ms", context);
  figure("delta.p99_ms", percentile(times, 0.99), "ms", context);
});

async function addAndDelete({ sms }: BenchStack, inline: TestDevice): Promise<number[]> {
  const values = Array.from({ length: CHANGED }, (_, n) => loadedObject(entries + n).sent);
  const { outcomes } = await sms("POST /api/v1/reputation/entries", {
    body: { entries: values.map((value) => ({ value, severity: "High" })) },
  });
  const added = await msUntil(inline, entries + CHANGED);
  await sleep(100);
  const ids = outcomes.map(({ id }) => id).filter((id) => id !== undefined);
  await sms("POST /api/v1/reputation/entries/delete", { body: { ids } });
  const deleted = await msUntil(inline, entries);
  await sleep(100);
  return [added, deleted];
}

async function msUntil(inline: TestDevice, count: number): Promise<number> {
  const started = performance.now();
  await untilHolding(inline, count);
  return performance.now() - started;
}
