import type { SetPosition } from "@breakwater/protocol";
import type { DeviceClient } from "@breakwater/testkit";
import { startBenchStack } from "./lib/bench-stack.ts";
import { enrollClients } from "./lib/device-clients.ts";
import { figure, percentile } from "./lib/figures.ts";
import { loadEntries } from "./lib/load-entries.ts";
import { readBenchOptions } from "./lib/options.ts";
import { withCleanUp } from "./lib/with-clean-up.ts";

/*
 * How many devices the SMS can tell that nothing has changed.
 *
 * Every client has its push stream open, as a device has, and asks over and over, one request at a
 * time, over mutual TLS. All clients share this process, whose work is part of the figures.
 */

const options = readBenchOptions();
const agents = options.agents ?? 100;
const entries = options.entries ?? 10_000;
const seconds = options.quick ? 4 : 15;

await withCleanUp(async (onStop) => {
  const stack = await startBenchStack(onStop);
  await loadEntries(stack, entries);
  const clients = await enrollClients(stack, agents, onStop);
  const [first] = clients;
  if (first === undefined) throw new Error("there are no clients");
  const position = await first.follow();
  for (const client of clients.slice(1)) await client.follow(position);
  const started = performance.now();
  const end = started + seconds * 1000;
  const times = (await Promise.all(clients.map((one) => askUntil(one, position, end)))).flat();
  const took = (performance.now() - started) / 1000;
  figure("idle_poll.per_s", times.length / took, "1/s", { agents, entries });
  figure("idle_poll.p99_ms", percentile(times, 0.99), "ms", { agents, entries });
});

async function askUntil(
  client: DeviceClient,
  position: SetPosition,
  end: number,
): Promise<number[]> {
  const times: number[] = [];
  for (let now = performance.now(); now < end; now = performance.now()) {
    const { delta } = await client.changes(position);
    if (delta !== null) throw new Error("something has changed");
    times.push(performance.now() - now);
  }
  return times;
}
