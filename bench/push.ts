import { setTimeout as sleep } from "node:timers/promises";
import { type Acknowledgement, SimulatedFleet } from "@breakwater/testkit";
import { type BenchStack, startBenchStack } from "./lib/bench-stack.ts";
import { figure, percentile, progress } from "./lib/figures.ts";
import { type Change, changeObject } from "./lib/hub-changes.ts";
import { loadEntries } from "./lib/load-entries.ts";
import { changingObject, KINDS } from "./lib/objects.ts";
import { readBenchOptions } from "./lib/options.ts";
import { withCleanUp } from "./lib/with-clean-up.ts";

/*
 * How long a change on the hub takes to be acknowledged by a whole fleet.
 *
 *   hub answers ──▶ agent has applied and proven the delta ──▶ SMS has answered the agent's report
 *   └────────── push.applied ──────────┘                      (its transaction is committed)
 *   └──────────────────────────── push.p50, p99, last ────────────────────────────┘
 *
 * One change at a time through the hub's public API, at random distances, each kind added and then
 * deleted. Times are of the machine's monotonic clock, so those of different processes compare.
 * Hub, SMS, database, this process and the fleet are processes of their own; all simulated agents
 * share one, so their own work is part of what is measured.
 */

/** Above this many entries on all agents together, they hold one copy of the set between them. */
const MOST_OWN_COPIES = 500_000;

const options = readBenchOptions();
const agents = options.agents ?? 100;
const entries = options.entries ?? (options.quick ? 10_000 : 100_000);
const changes = options.quick ? 32 : 200;
const copies = agents * entries > MOST_OWN_COPIES ? "shared" : "own";

type Measured = { answered: number; acknowledgements: Acknowledgement[] };

await withCleanUp(async (onStop) => {
  const stack = await startBenchStack(onStop);
  const onHub = await loadEntries(stack, entries);
  const fleet = await startFleet(stack);
  onStop(() => fleet.close());
  const measured = await changeOneByOne(stack, fleet);
  report(measured, { agents, entries, onHub, changes, copies, troubles: fleet.troubles.length });
  for (const trouble of new Set(fleet.troubles)) progress(`trouble: ${trouble}`);
});

async function startFleet({ sms }: BenchStack): Promise<SimulatedFleet> {
  const tokens: string[] = [];
  for (let agent = 0; agent < agents; agent++) {
    tokens.push((await sms("POST /api/v1/device-enrollment-tokens", { body: {} })).token);
  }
  const started = performance.now();
  const fleet = await SimulatedFleet.start({ tokens, copies, settleWithinMs: 600_000 });
  const seconds = (performance.now() - started) / 1000;
  progress(`${agents} simulated agents enrolled and up to date in ${seconds.toFixed(1)} s`);
  return fleet;
}

/** Every object is added and, one round of the kinds later, deleted. */
async function changeOneByOne(from: BenchStack, fleet: SimulatedFleet): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (let n = 0; measured.length < changes; n++) {
    for (const change of ["add", "delete"] as const) {
      for (const kind of KINDS) {
        if (measured.length < changes) {
          measured.push(await changeOnce(from, fleet, change, changingObject(kind, n)));
        }
      }
    }
  }
  return measured;
}

async function changeOnce(
  from: BenchStack,
  fleet: SimulatedFleet,
  change: Change,
  object: ReturnType<typeof changingObject>,
): Promise<Measured> {
  await sleep(20 + Math.random() * 100);
  const acknowledged = fleet.acknowledged(object.value);
  const [answered, acknowledgements] = await Promise.all([
    changeObject(from, change, object),
    acknowledged,
  ]);
  return { answered, acknowledgements };
}

function report(measured: readonly Measured[], context: object): void {
  const since = (time: "applied" | "answered") =>
    measured.map((one) => one.acknowledgements.map((done) => done[time] - one.answered));
  const applied = since("applied").flat();
  const acknowledged = since("answered");
  const all = acknowledged.flat();
  const last = Math.max(...acknowledged.map((times) => Math.max(...times)));
  figure("push.p50_ms", percentile(all, 0.5), "ms", context);
  figure("push.p99_ms", percentile(all, 0.99), "ms", context);
  figure("push.last_ms", last, "ms", context);
  figure("push.applied_p50_ms", percentile(applied, 0.5), "ms", context);
  figure("push.applied_p99_ms", percentile(applied, 0.99), "ms", context);
}
