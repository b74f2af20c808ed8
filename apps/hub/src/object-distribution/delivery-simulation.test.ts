import type { Severity } from "@breakwater/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Criteria, meetsCriteria } from "./criteria.ts";
import {
  type DeliveryEffect,
  type DeliveryInput,
  type DeliveryState,
  deliveryStep,
} from "./delivery-step.ts";
import { type Answer, applyAnswer, applyWish, claim, type SentObject } from "./sent-object.ts";

const PAGE = 2;
const BATCH = 2;

type Listed = { value: string; riskLevel: Severity; revision: number; deleted: boolean };
type Action =
  | { act: "set"; value: string; riskLevel: Severity }
  | { act: "remove"; value: string }
  | { act: "criteria"; risk: Criteria["risk"] }
  | { act: "server"; mood: "up" | "down" | "loses answers" | "refuses" }
  | { act: "crash" | "work" }
  | { act: "wait"; ms: number };

/** The list, the books, one worker that may be killed at any point, and the server. */
function simulate() {
  const list = new Map<string, Listed>();
  const books = { cursor: 0, failures: 0, nextTry: 0, rows: new Map<string, SentObject>() };
  const server = new Map<string, Severity>();
  let criteria: Criteria = { types: ["domain"], risk: "all" };
  let mood: "up" | "down" | "loses answers" | "refuses" = "up";
  let revision = 0;
  let now = 0;
  let worker: { state: DeliveryState; effect: DeliveryEffect } | undefined;
  let batch: SentObject[] = [];
  let answers: { object: SentObject; answer: Answer }[] | undefined;
  let isFailed = false;

  const put = (value: string, riskLevel: Severity, deleted: boolean) => {
    list.set(value, { value, riskLevel, revision: ++revision, deleted });
  };

  function plan(): DeliveryInput {
    const changes = [...list.values()]
      .filter((one) => one.revision > books.cursor)
      .toSorted((a, b) => a.revision - b.revision)
      .slice(0, PAGE);
    for (const { value, riskLevel, deleted } of changes) {
      const wanted = !deleted && meetsCriteria(criteria, { type: "domain", value, riskLevel });
      const wish = { type: "domain" as const, value, riskLevel, expires: null, wanted };
      const after = applyWish(books.rows.get(value), wish, now);
      if (after === "nothing") books.rows.delete(value);
      else if (after !== "same") books.rows.set(value, after);
    }
    const more = changes.length === PAGE;
    books.cursor = more ? (changes.at(-1)?.revision ?? revision) : revision;
    return { type: "planned", more };
  }

  function claimDue(): DeliveryInput {
    batch = [...books.rows.values()]
      .filter((row) => !row.settled && row.nextTry <= now)
      .slice(0, BATCH)
      .map(claim);
    for (const row of batch) books.rows.set(row.value, row);
    return { type: "claimed", count: batch.length };
  }

  /** The requests; what came back is recorded by the next piece of work, unless a crash comes first. */
  function send(): void {
    answers = [];
    isFailed = false;
    for (const object of batch) {
      if (mood === "down") isFailed = true;
      if (isFailed) return;
      if (mood === "refuses") {
        answers.push({ object, answer: { kind: "refused", reason: "412" } });
        continue;
      }
      if (object.wanted) server.set(object.value, object.riskLevel);
      else server.delete(object.value);
      if (mood === "loses answers") isFailed = true;
      else answers.push({ object, answer: { kind: "done" } });
    }
  }

  function record(taken: NonNullable<typeof answers>): DeliveryInput {
    for (const { object, answer } of taken) {
      const row = books.rows.get(object.value);
      if (row === undefined) continue;
      books.rows.set(object.value, applyAnswer(row, { version: object.version, answer }, now));
    }
    answers = undefined;
    if (isFailed) return { type: "answered", failed: true, now, chance: 0.5 };
    books.failures = 0;
    return { type: "answered", failed: false };
  }

  function take(state: DeliveryState, input: DeliveryInput): void {
    const next = deliveryStep(state, input);
    worker = undefined;
    if (next.effect?.type === "rest") {
      books.failures = next.effect.failures;
      books.nextTry = next.effect.nextTry ?? 0;
    } else if (next.effect !== undefined) worker = { state: next.state, effect: next.effect };
  }

  function isDue(): boolean {
    const waits = [...books.rows.values()].some((row) => !row.settled && row.nextTry <= now);
    return books.nextTry <= now && (books.cursor < revision || waits);
  }

  function work(): void {
    if (worker === undefined) {
      if (isDue()) take({ phase: "resting", failures: books.failures }, { type: "due" });
      return;
    }
    const { state, effect } = worker;
    if (effect.type === "plan") take(state, plan());
    else if (effect.type === "claim") take(state, claimDue());
    else if (answers === undefined) send();
    else take(state, record(answers));
  }

  function crash(): void {
    worker = undefined;
    answers = undefined;
    batch = [];
  }

  return {
    act(action: Action): void {
      switch (action.act) {
        case "set":
          return put(action.value, action.riskLevel, false);
        case "remove":
          if (list.has(action.value)) put(action.value, "High", true);
          return;
        case "criteria":
          criteria = { ...criteria, risk: action.risk };
          books.cursor = 0;
          return;
        case "server":
          mood = action.mood;
          return;
        case "crash":
          return crash();
        case "work":
          return work();
        case "wait":
          now += action.ms;
      }
    },
    /** Faults end; time passes until nothing is left to do. */
    settle(): void {
      mood = "up";
      for (let i = 0; i < 2000; i++) {
        work();
        if (worker === undefined) now += 60_000;
      }
    },
    server,
    wanted: () =>
      new Map(
        [...list.values()]
          .filter((one) => !one.deleted && meetsCriteria(criteria, { ...one, type: "domain" }))
          .map((one) => [one.value, one.riskLevel]),
      ),
    unsettled: () => [...books.rows.values()].filter((row) => !row.settled).length,
  };
}

const value = fc.constantFrom("a.example", "b.example", "c.example", "d.example");
const riskLevel = fc.constantFrom<Severity>("High", "Medium", "Low");
const work = fc.constant<Action>({ act: "work" });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: work },
  { weight: 3, arbitrary: fc.record({ act: fc.constant("set" as const), value, riskLevel }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("remove" as const), value }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("criteria" as const),
      risk: fc.constantFrom("high", "high-medium", "all"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("server" as const),
      mood: fc.constantFrom("up", "down", "loses answers", "refuses"),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Action>({ act: "crash" }) },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant("wait" as const), ms: fc.nat(120_000) }),
  },
);

test("whatever happens, in the end the server has exactly what meets the criteria", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const world = simulate();
      for (const one of actions) world.act(one);
      world.settle();
      expect(world.unsettled()).toBe(0);
      const sorted = (map: Map<string, Severity>) =>
        [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
      expect(sorted(world.server)).toEqual(sorted(world.wanted()));
    }),
    { numRuns: 500 },
  );
});

test("a failing target is asked ever more seldom, up to five minutes, and at once after a success", () => {
  let state: DeliveryState = { phase: "sending", failures: 0 };
  const pauses = Array.from({ length: 12 }, () => {
    const failed = { type: "answered", failed: true, now: 0, chance: 1 } as const;
    const next = deliveryStep({ ...state, phase: "sending" }, failed);
    state = next.state;
    return next.effect?.type === "rest" ? next.effect.nextTry : undefined;
  });
  expect(pauses.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
  expect(pauses.at(-1)).toBe(300_000);
  const well = deliveryStep({ ...state, phase: "sending" }, { type: "answered", failed: false });
  expect(well.state).toEqual({ phase: "planning", failures: 0 });
});

test("an input that comes late changes nothing; stop ends everything", () => {
  const resting: DeliveryState = { phase: "resting", failures: 3 };
  const late: DeliveryInput[] = [
    { type: "planned", more: true },
    { type: "claimed", count: 1 },
    { type: "answered", failed: false },
  ];
  for (const input of late) {
    expect(deliveryStep(resting, input)).toEqual({ state: resting, effect: undefined });
  }
  for (const phase of ["planning", "claiming", "sending"] as const) {
    const stopped = deliveryStep({ phase, failures: 3 }, { type: "stop" });
    expect(stopped).toEqual({ state: resting, effect: undefined });
  }
});
