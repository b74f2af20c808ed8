import {
  AppError,
  fail,
  ok,
  type Result,
  SetDelta,
  type SetId,
  type SetOperation,
  type SetPosition,
} from "@breakwater/protocol";
import type { ReputationIndex } from "./reputation-index.ts";

/**
 * Why a delta was not applied. `stale` is harmless: its content is already in. After `diverged`
 * the index holds something else than its sender thinks, and only a snapshot helps.
 */
export type DeltaRefusal = "stale" | "other-set" | "gap" | "diverged";

/**
 * Applies a delta if the index stands exactly at its base, and proves the outcome by count and
 * checksum.
 */
export function applyDelta(
  index: ReputationIndex,
  position: SetPosition,
  delta: SetDelta,
): Result<SetPosition, DeltaRefusal> {
  if (delta.set !== position.set) return fail("other-set");
  if (delta.to <= position.version) return fail("stale");
  if (delta.from !== position.version) return fail("gap");
  try {
    for (const operation of delta.operations) applyOperation(index, operation);
  } catch (error) {
    if (error instanceof RangeError) return fail("diverged");
    throw error;
  }
  if (index.count !== delta.count || index.checksum !== delta.checksum) return fail("diverged");
  return ok({ set: delta.set, version: delta.to, checksum: delta.checksum, count: delta.count });
}

export function applyOperation(index: ReputationIndex, operation: SetOperation): void {
  if (operation[0] === "+") index.put(operation[1], operation[2], operation[3]);
  else index.remove(operation[1], operation[2]);
}

/** Applies operations to the sender's own index and describes the step for everybody else. */
export function makeDelta(
  index: ReputationIndex,
  set: SetId,
  from: number,
  to: number,
  operations: readonly SetOperation[],
): SetDelta {
  for (const operation of operations) applyOperation(index, operation);
  return {
    set,
    from,
    to,
    operations: [...operations],
    checksum: index.checksum,
    count: index.count,
  };
}

/** One line of text, for the wire and for journals. */
export function encodeDelta(delta: SetDelta): string {
  return `${JSON.stringify(delta)}\n`;
}

/** @throws AppError `Unprocessable` for anything that is not one delta */
export function decodeDelta(line: string): SetDelta {
  const parsed = SetDelta.safeParse(jsonOf(line));
  if (parsed.success) return parsed.data;
  throw new AppError(
    "Unprocessable",
    "A reputation delta cannot be read. The set will be fetched again.",
    {
      cause: parsed.error,
    },
  );
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
