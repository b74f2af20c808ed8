import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "./monotonic.ts";
import { type ProbeNews, ProbeOrder } from "./probe-messages.ts";
import { probe } from "./probe-target.ts";

/* Runs inside the lab's client: orders come line by line, news go out line by line. */
const EVERY_MS = 4;
const ANSWER_WITHIN_MS = 600;
/** So many requests in a row without an answer are no coincidence. */
const RUN = 25;
const GIVE_UP_MS = 30_000;

function tell(news: ProbeNews): void {
  process.stdout.write(`${JSON.stringify(news)}\n`);
}

/** Sends requests until `RUN` in a row stay unanswered; the first of them was the first one dropped. */
async function follow(order: ProbeOrder): Promise<void> {
  const started = monotonicMs();
  const outcomes: { sentAt: number; answered: boolean | undefined }[] = [];
  let passing = false;
  for (;;) {
    const outcome = { sentAt: monotonicMs(), answered: undefined as boolean | undefined };
    outcomes.push(outcome);
    void probe(order, ANSWER_WITHIN_MS).then((answered) => {
      outcome.answered = answered;
      if (answered && !passing) {
        passing = true;
        tell({ t: "passing", id: order.id });
      }
    });
    const first = passing ? firstOfRun(outcomes) : undefined;
    if (first !== undefined) return tell({ t: "blocked", id: order.id, sentAt: first });
    if (monotonicMs() - started > GIVE_UP_MS) throw new Error(`${order.value} is never blocked`);
    await sleep(EVERY_MS);
  }
}

function firstOfRun(
  outcomes: readonly { sentAt: number; answered: boolean | undefined }[],
): number | undefined {
  const lastAnswered = outcomes.findLastIndex(({ answered }) => answered === true);
  const after = outcomes.slice(lastAnswered + 1);
  const unanswered = after.filter(({ answered }) => answered === false);
  return unanswered.length >= RUN ? after[0]?.sentAt : undefined;
}

for await (const line of createInterface({ input: process.stdin })) {
  await follow(ProbeOrder.parse(JSON.parse(line)));
}
