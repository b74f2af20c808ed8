import type { EventBatch } from "@breakwater/protocol";

type EventRecord = EventBatch["records"][number];

export type Taken = { fresh: EventRecord[]; next: number };

/**
 * Which records of a batch are new to a receiver that wants `next`. Those before it are known
 * already. Positions may jump only in front of a record that reports a loss; at any other jump the
 * rest is left, and the answer asks for what is missing.
 */
export function takeRecords(records: readonly EventRecord[], next: number): Taken {
  const fresh: EventRecord[] = [];
  let wanted = next;
  for (const one of records) {
    if (one.seq < wanted) continue;
    if (one.seq > wanted && one.record.kind !== "gap") break;
    fresh.push(one);
    wanted = one.seq + 1;
  }
  return { fresh, next: wanted };
}
