import type { SetDelta, SetPosition } from "@breakwater/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadSnapshot } from "./decode-snapshot.ts";
import { encodeSnapshot, positionOf } from "./encode-snapshot.ts";
import { ReputationIndex } from "./reputation-index.ts";
import { operationArbitrary, SET } from "./set.test-helper.ts";
import { applyDelta, applyOperation, decodeDelta, encodeDelta, makeDelta } from "./set-delta.ts";

const limits = { maxMembers: 1_000_000 };

test("snapshot and deltas equal a fresh snapshot under loss, reordering and repetition", async () => {
  const steps = fc.array(fc.array(operationArbitrary, { minLength: 1, maxLength: 8 }), {
    maxLength: 20,
  });
  /** For every delta sent: lost, delayed by so many places, or repeated. */
  const weather = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(steps, weather, fc.nat(20), async (changes, delays, snapshotAt) => {
      const server = new ReputationIndex();
      let version = 0;
      let snapshot = Buffer.concat([...encodeSnapshot(server, SET, 0)]);
      const sent: { at: number; delta: SetDelta }[] = [];
      for (const [i, operations] of changes.entries()) {
        const delta = makeDelta(server, SET, version, version + 1, operations);
        version += 1;
        const delay = delays[i] ?? 0;
        if (delay >= 0) sent.push({ at: i + delay, delta });
        if (delay === 2) sent.push({ at: i, delta });
        if (i === snapshotAt) snapshot = Buffer.concat([...encodeSnapshot(server, SET, version)]);
      }
      let { index, position } = await loadSnapshot([snapshot], limits);
      const arrived = sent
        .sort((a, b) => a.at - b.at)
        .map(({ delta }) => decodeDelta(encodeDelta(delta)));
      for (const delta of arrived) {
        const applied = applyDelta(index, position, delta);
        if (applied.ok) position = applied.value;
        else if (applied.error === "diverged") throw new Error("diverged without cause");
      }
      if (position.version !== version) {
        ({ index, position } = await loadSnapshot(
          [...encodeSnapshot(server, SET, version)],
          limits,
        ));
      }
      expect(position).toEqual(positionOf(server, SET, version));
      expect(index.checksum).toBe(server.checksum);
      expect(new Set(index.members())).toEqual(new Set(server.members()));
    }),
    { numRuns: 200 },
  );
});

test("divergence is found by the very next delta", () => {
  const server = new ReputationIndex();
  const device = new ReputationIndex();
  const start: SetPosition = positionOf(server, SET, 0);
  applyOperation(device, ["+", "ipv4", "10.9.9.9", 1]);
  const delta = makeDelta(server, SET, 0, 1, [["+", "ipv4", "10.0.0.1", 1]]);
  expect(applyDelta(device, start, delta)).toEqual({ ok: false, error: "diverged" });
});

test("deltas of another set, from another base or with a broken value change nothing they should not", () => {
  const server = new ReputationIndex();
  const device = new ReputationIndex();
  const start = positionOf(server, SET, 5);
  const delta = makeDelta(server, SET, 5, 6, [["+", "domain", "evil.test", 1]]);
  const other = { ...delta, set: "11111111-1111-4111-8111-111111111111" as SetDelta["set"] };
  expect(applyDelta(device, start, other)).toEqual({ ok: false, error: "other-set" });
  expect(applyDelta(device, start, { ...delta, from: 6, to: 7 })).toEqual({
    ok: false,
    error: "gap",
  });
  expect(applyDelta(device, start, { ...delta, from: 3, to: 4 })).toEqual({
    ok: false,
    error: "stale",
  });
  expect(device.count).toBe(0);
  const broken: SetDelta = { ...delta, operations: [["+", "ipv4", "999.1.1.1", 1]] };
  expect(applyDelta(device, start, broken)).toEqual({ ok: false, error: "diverged" });
});

test("only a delta is read as a delta", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(() => decodeDelta(text)).toThrow(/cannot be read/);
    }),
  );
});
