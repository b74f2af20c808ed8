import type { Clock, Log, SecretBox } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import { AppError, type DistributionTarget } from "@breakwater/protocol";
import type { HubDb } from "../database.ts";
import {
  type DeliveryEffect,
  type DeliveryInput,
  type DeliveryState,
  deliveryStep,
} from "./delivery-step.ts";
import { planDelivery } from "./plan-delivery.ts";
import type { TargetFailure } from "./read-answer.ts";
import { type SentAnswer, sendBatch } from "./send-batch.ts";
import { applyAnswer, claim, type SentObject } from "./sent-object.ts";
import { lockDue, lockSent, writeSent } from "./sent-store.ts";
import { passwordPlace } from "./target-secret.ts";
import { openTargetClient } from "./target-server.ts";
import { saveRest, saveSuccess, type TargetRow } from "./target-store.ts";
import type { Sender } from "./web-api-request.ts";

export type DeliveryOptions = {
  db: HubDb;
  clock: Clock;
  log: Log;
  secrets: SecretBox;
  sender: Sender;
  /** Between 0 and 1; spreads the retries of several targets. */
  chance: () => number;
};

const CLAIMED = 200;
const REQUESTS = 4;

type Work = { target: TargetRow; batch: SentObject[]; lastError: DistributionTarget["lastError"] };

/** Brings one target up to date, or up to its next failure. Throws only when the database does. */
export async function deliver(
  options: DeliveryOptions,
  target: TargetRow,
  signal: AbortSignal,
): Promise<void> {
  const work: Work = { target, batch: [], lastError: null };
  let state: DeliveryState = { phase: "resting", failures: target.failures };
  let input: DeliveryInput = { type: "due" };
  for (;;) {
    const next = deliveryStep(state, signal.aborted ? { type: "stop" } : input);
    state = next.state;
    if (next.effect === undefined) return;
    if (next.effect.type === "rest") {
      const { failures, nextTry } = next.effect;
      const at = nextTry === null ? null : new Date(nextTry);
      const { lastError } = work;
      await saveRest(options.db, target.id, { failures, nextTry: at, lastError });
      return;
    }
    input = await perform(options, work, next.effect, signal).catch((error: unknown) =>
      broken(options, work, error),
    );
  }
}

async function perform(
  options: DeliveryOptions,
  work: Work,
  effect: Exclude<DeliveryEffect, { type: "rest" }>,
  signal: AbortSignal,
): Promise<DeliveryInput> {
  const { db, clock } = options;
  switch (effect.type) {
    case "plan": {
      const planned = await planDelivery(db, work.target.id, clock.now());
      if (planned === undefined) return { type: "stop" };
      work.target = planned.target;
      return { type: "planned", more: planned.more };
    }
    case "claim":
      work.batch = await claimDue(db, work.target, clock.now());
      return { type: "claimed", count: work.batch.length };
    case "send": {
      const { answers, failure } = await send(options, work, signal);
      await record(db, work.target, answers, clock.now());
      // Requests cut off by our own shutdown say nothing about the target.
      if (signal.aborted) return { type: "stop" };
      if (failure !== undefined) return failed(options, work, failure);
      await saveSuccess(db, work.target.id, clock.now());
      return { type: "answered", failed: false };
    }
  }
}

async function claimDue(db: HubDb, { id }: TargetRow, now: Date): Promise<SentObject[]> {
  return transaction(db, async (tx) => {
    const claimed = (await lockDue(tx, id, now, CLAIMED)).map(claim);
    await writeSent(tx, id, claimed);
    return claimed;
  });
}

async function send({ clock, secrets, sender }: DeliveryOptions, work: Work, signal: AbortSignal) {
  const { target, batch } = work;
  const password = secrets.open(target.password, passwordPlace(target.id));
  const client = openTargetClient({ ...target, password }, REQUESTS);
  try {
    return await sendBatch(batch, {
      client,
      sender,
      sendTtl: target.sendTtl,
      now: () => clock.now().getTime(),
      concurrency: REQUESTS,
      signal,
    });
  } finally {
    client.close();
  }
}

async function record(
  db: HubDb,
  { id }: TargetRow,
  answers: readonly SentAnswer[],
  now: Date,
): Promise<void> {
  if (answers.length === 0) return;
  const keyOf = ({ type, value }: SentObject) => `${type} ${value}`;
  const byKey = new Map(answers.map((one) => [keyOf(one.object), one]));
  await transaction(db, async (tx) => {
    const current = await lockSent(
      tx,
      id,
      answers.map(({ object: { type, value } }) => ({ type, value })),
    );
    const after = current.flatMap((object) => {
      const one = byKey.get(keyOf(object));
      if (one === undefined) return [];
      const { version } = one.object;
      return [applyAnswer(object, { version, answer: one.answer }, now.getTime())];
    });
    await writeSent(tx, id, after);
  });
}

function failed(options: DeliveryOptions, work: Work, failure: TargetFailure): DeliveryInput {
  const now = options.clock.now();
  work.lastError = {
    time: now.toISOString(),
    message: failure.message,
    remedy: failure.remedy,
  };
  return { type: "answered", failed: true, now: now.getTime(), chance: options.chance() };
}

function broken(options: DeliveryOptions, work: Work, error: unknown): DeliveryInput {
  const now = options.clock.now();
  options.log.error({ err: error, target: work.target.id }, "object distribution broke off");
  work.lastError = {
    time: now.toISOString(),
    message: error instanceof AppError ? error.message : "The hub could not do its own part.",
    remedy: "Enter the password again; if that does not help, look at the hub's log.",
  };
  return { type: "broken", failed: true, now: now.getTime(), chance: options.chance() };
}
