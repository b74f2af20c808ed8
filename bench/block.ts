import { setTimeout as sleep } from "node:timers/promises";
import { type BenchStack, startBenchStack } from "./lib/bench-stack.ts";
import { figure, percentile, progress } from "./lib/figures.ts";
import { changeObject } from "./lib/hub-changes.ts";
import { type LabClient, startLabClient } from "./lib/lab-client.ts";
import { startLabDevice, untilInForce } from "./lib/lab-device.ts";
import { loadEntries } from "./lib/load-entries.ts";
import { monotonicMs } from "./lib/monotonic.ts";
import { changingObject, KINDS, type Kind } from "./lib/objects.ts";
import { readBenchOptions } from "./lib/options.ts";
import { withCleanUp } from "./lib/with-clean-up.ts";

/*
 * How long a change on the hub takes to be enforced by a real inline Suricata.
 *
 *   hub answers the add ────▶ first request that is dropped was sent      block.*
 *   hub answers the delete ─▶ first request that passes again was sent    release.*
 *
 * A program in the lab's client sends a request for the object every 4 ms, each on a socket of its
 * own: a TCP connection for addresses, a DNS query for domains, an HTTP GET for URLs. The first of
 * 20 requests in a row that nobody answered, and after which none was answered, is the first one
 * dropped. Times are of the machine's monotonic clock, which all processes share; what was enforced
 * before the hub's answer was read counts as 0. Hub, SMS, database, agent, engine, the lab's server
 * and its client are processes of their own.
 */

const options = readBenchOptions();
const entries = options.entries ?? (options.quick ? 10_000 : 100_000);
const changes = options.quick ? 32 : 152;

type Measured = { kind: Kind; blocked: number; released: number };

await withCleanUp(async (onStop) => {
  const stack = await startBenchStack(onStop);
  const onHub = await loadEntries(stack, entries);
  const { lab, device } = await startLabDevice(stack, onStop);
  await untilInForce(stack, entries);
  const client = startLabClient(lab);
  onStop(() => client.close());
  const [server = ""] = device.addresses.server.v4;
  report(await changeOneByOne(stack, client, server), { entries, onHub, changes });
});

async function changeOneByOne(
  from: BenchStack,
  client: LabClient,
  server: string,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (let id = 0; id < changes; id++) {
    const kind = KINDS[id % KINDS.length] ?? "ipv4";
    const object = changingObject(kind, Math.floor(id / KINDS.length));
    const heard = (t: "passing" | "blocked" | "released") => client.heard(t, id);
    const [passing, block, release] = [heard("passing"), heard("blocked"), heard("released")];
    client.follow({ id, kind, value: object.value, server });
    await passing;
    await sleep(20 + Math.random() * 60);
    const added = await changeObject(from, "add", object);
    const blocked = Math.max(0, (await block) - added);
    const asked = monotonicMs();
    const deleted = await changeObject(from, "delete", object);
    const passed = await release;
    if (passed < asked) throw new Error(`${object.value} passed although it was blocked`);
    const released = Math.max(0, passed - deleted);
    progress(`${object.value}: ${blocked.toFixed(0)} ms, again after ${released.toFixed(0)} ms`);
    measured.push({ kind, blocked, released });
  }
  return measured;
}

function report(measured: readonly Measured[], context: object): void {
  const blocked = measured.map((one) => one.blocked);
  figure("block.p50_ms", percentile(blocked, 0.5), "ms", context);
  figure("block.p99_ms", percentile(blocked, 0.99), "ms", context);
  figure("block.max_ms", Math.max(...blocked), "ms", context);
  for (const kind of KINDS) {
    const ofKind = measured.filter((one) => one.kind === kind).map((one) => one.blocked);
    figure(`block.${kind}_p50_ms`, percentile(ofKind, 0.5), "ms", {
      ...context,
      changes: ofKind.length,
    });
  }
  const released = measured.map((one) => one.released);
  figure("release.p50_ms", percentile(released, 0.5), "ms", context);
  figure("release.p99_ms", percentile(released, 0.99), "ms", context);
}
