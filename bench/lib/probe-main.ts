import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "./monotonic.ts";
import { type ProbeNews, ProbeOrder } from "./probe-messages.ts";
import { ProbeRun } from "./probe-run.ts";
import { probe } from "./probe-target.ts";

/* Runs inside the lab's client: orders come line by line, news go out line by line. */

const EVERY_MS = 4;
const ANSWER_WITHIN_MS = 250;
const GIVE_UP_MS = 30_000;

/** Sends requests until the target has been blocked and released. */
async function follow(order: ProbeOrder): Promise<void> {
  const deadline = monotonicMs() + GIVE_UP_MS;
  const run = new ProbeRun();
  let isReleased = false;
  while (!isReleased) {
    const outcome = run.sent();
    void probe(order, ANSWER_WITHIN_MS).then((result) => {
      const news = outcome(result);
      if (news === undefined) return;
      isReleased = news.t === "released";
      process.stdout.write(`${JSON.stringify({ ...news, id: order.id } satisfies ProbeNews)}\n`);
    });
    if (monotonicMs() > deadline) throw new Error(`${order.value}: nothing more happens to it`);
    await sleep(EVERY_MS);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  await follow(ProbeOrder.parse(JSON.parse(line)));
}
