import type { Clock } from "@breakwater/platform";
import { transaction, withRetry } from "@breakwater/postgres";
import {
  type DetectionBatch,
  invalidField,
  type ProductId,
  type SharedDetection,
} from "@breakwater/protocol";
import { cleanText } from "../clean-text.ts";
import type { HubDb } from "../database.ts";
import { insertDetections, lockPosition, movePosition } from "./store.ts";

/**
 * Stores a batch of shared detections and the product's new position in one transaction, so that a
 * batch sent again adds nothing. Positions may be skipped: the product reports losses that way.
 * Answers the next position wanted.
 */
export async function takeDetections(
  { db, clock }: { db: HubDb; clock: Clock },
  product: ProductId,
  batch: DetectionBatch,
): Promise<number> {
  refuseDisorder(batch);
  const received = clock.now();
  return await withRetry(() =>
    transaction(db, async (tx) => {
      const wanted = await lockPosition(tx, product, batch.epoch);
      const fresh = batch.records.filter(({ seq }) => seq >= wanted);
      const last = fresh.at(-1);
      if (last === undefined) return wanted;
      const rows = fresh.map(({ record }) => ({
        rt: eventTime(record, received),
        body: cleanBody(record),
      }));
      await insertDetections(tx, product, received, rows);
      const next = last.seq + 1;
      const skipped = next - wanted - fresh.length;
      await movePosition(tx, product, batch.epoch, { next, skipped });
      return next;
    }),
  );
}

function refuseDisorder(batch: DetectionBatch): void {
  batch.records.forEach(({ seq }, i) => {
    const before = batch.records[i - 1]?.seq ?? -1;
    if (seq > before) return;
    throw invalidField(
      `records.${i}.seq`,
      String(seq),
      `it does not come after ${before}`,
      "Send records in the order of their positions",
    );
  });
}

/** UNIX ms as text; what is no time counts as now, because an event without a time is still an event. */
function eventTime({ rt }: SharedDetection, received: Date): Date {
  const time = /^\d{1,15}$/.test(rt) ? new Date(Number(rt)) : received;
  const isUsable = !Number.isNaN(time.getTime()) && time.getUTCFullYear() < 10_000;
  return isUsable ? time : received;
}

/** Requests of attackers hold bytes that the database cannot store. */
function cleanBody(record: SharedDetection): SharedDetection {
  return JSON.parse(
    JSON.stringify(record, (_, value: unknown) =>
      typeof value === "string" ? cleanText(value) : value,
    ),
  ) as SharedDetection;
}
