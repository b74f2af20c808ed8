import { eventually } from "@breakwater/testkit";
import type { BenchStack } from "./bench-stack.ts";
import { progress } from "./figures.ts";
import { importEntries } from "./import-entries.ts";
import { type BenchObject, loadedObject } from "./objects.ts";

/** The hub's list ends at 10,000 objects of one type put there by people; addresses are 7 in 10. */
const MOST_ON_HUB = 10_000;
const BATCH = 1000;

/**
 * Puts `count` entries into the SMS and waits until they are there: the first ten thousand come
 * from the hub's list, the others are imported as its own. Answers how many came from the hub.
 */
export async function loadEntries(stack: BenchStack, count: number): Promise<number> {
  const onHub = Math.min(count, MOST_ON_HUB);
  for (const objects of batches(0, onHub)) {
    const { outcomes } = await stack.hub("POST /hub/v1/objects", {
      body: { objects: objects.map(({ field, sent }) => ({ type: field, value: sent })) },
    });
    check(outcomes);
  }
  await eventually("the SMS has the hub's list", () => hasAll(stack, onHub), 120_000);
  await importEntries(stack, {
    source: "Local",
    count: count - onHub,
    valueOf: (n) => loadedObject(onHub + n).value,
  });
  progress(`${count} entries loaded, ${onHub} of them through the hub`);
  return onHub;
}

function* batches(from: number, to: number): Generator<BenchObject[]> {
  for (let start = from; start < to; start += BATCH) {
    const length = Math.min(BATCH, to - start);
    yield Array.from({ length }, (_, index) => loadedObject(start + index));
  }
}

async function hasAll({ sms }: BenchStack, count: number): Promise<boolean> {
  const { streams, objects } = await sms("GET /api/v1/vision-one");
  const sync = streams.find(({ name }) => name === "suspicious-object-sync");
  return sync?.state === "in-sync" && objects.total >= count;
}

function check(
  outcomes: readonly { outcome: string; value: string; reason?: string | undefined }[],
) {
  const refused = outcomes.find(({ outcome }) => outcome === "rejected");
  if (refused !== undefined) throw new Error(`${refused.value} was refused: ${refused.reason}`);
}
