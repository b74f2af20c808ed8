import { NO_POSITION, type SpoolRecord } from "@breakwater/spool";
import { expect, test } from "vitest";
import { lossEvent, makeBatch } from "./make-batch.ts";

const EPOCH = "00112233aabbccdd";
const common = { recordClass: "event", firstTime: 1, lastTime: 2, position: NO_POSITION } as const;

function data(seq: number, names: string[], count = names.length): SpoolRecord {
  const events = names.map((name) => ({
    ...lossEvent(5, 1, "x"),
    kind: "rule",
    name,
    lost: undefined,
  }));
  return { ...common, kind: "data", seq, count, payload: Buffer.from(JSON.stringify(events)) };
}

function shown(records: readonly SpoolRecord[], from: number) {
  return makeBatch(EPOCH, from, records)?.records.map(({ seq, record }) => [
    seq,
    record.lost?.events ?? record.name,
  ]);
}

test("a record that starts before what is wanted is cut", () => {
  expect(shown([data(10, ["a", "b", "c"]), data(13, ["d"])], 11)).toEqual([
    [11, "b"],
    [12, "c"],
    [13, "d"],
  ]);
});

test("a loss stands at its last number and counts what is still owed", () => {
  const tombstone: SpoolRecord = {
    ...common,
    kind: "tombstone",
    reason: "space",
    seq: 5,
    count: 10,
  };
  expect(shown([tombstone, data(15, ["a"])], 8)).toEqual([
    [14, 7],
    [15, "a"],
  ]);
});

test("a record that cannot be read becomes a counted loss", () => {
  const broken: SpoolRecord = {
    ...common,
    kind: "data",
    seq: 3,
    count: 4,
    payload: Buffer.from("{"),
  };
  expect(shown([broken], 3)).toEqual([[6, 4]]);
  expect(shown([data(3, ["a"], 2)], 3)).toEqual([[4, 2]]);
});

test("records that only move the source position are nothing to send", () => {
  expect(makeBatch(EPOCH, 7, [data(7, [])])).toBeUndefined();
});
