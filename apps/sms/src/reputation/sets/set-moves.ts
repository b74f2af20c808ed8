import { SetChecksum, type SetId, type SetPosition } from "@breakwater/protocol";
import { ChecksumSum, memberKey } from "@breakwater/reputation-set";
import type { Executor } from "../../database.ts";
import type { EntryKey, EntryState } from "../entries/entry-state.ts";
import type { LiveSet } from "./live-sets.ts";
import { moveSets } from "./set-store.ts";

type Move = { set: LiveSet; before: LiveSet; sum: ChecksumSum; count: number; felt: boolean };

type Changed = EntryKey & {
  before: { state: EntryState } | undefined;
  after: EntryState | undefined;
};

/** Where changed entries take every live set; only the changed entries are looked at. */
export class SetMoves {
  readonly #moves: Move[];
  readonly #revision: number;

  /** @param before the same sets in the same order, where they selected otherwise until now */
  constructor(sets: readonly LiveSet[], revision: number, before: readonly LiveSet[] = sets) {
    this.#moves = sets.map((set, at) => ({
      set,
      before: before[at] ?? set,
      sum: new ChecksumSum(),
      count: 0,
      felt: false,
    }));
    this.#revision = revision;
  }

  /** Whether any set feels the change. */
  note(change: Changed): boolean {
    let felt = false;
    for (const move of this.#moves) {
      const was = filterOf(move.before, change, change.before?.state);
      const is = filterOf(move.set, change, change.after);
      if (was === is) continue;
      felt = true;
      noteMove(move, change, was, is);
    }
    return felt;
  }

  /** Writes the new positions; answers which sets moved. */
  async write(db: Executor): Promise<SetId[]> {
    const positions = this.#moves
      .filter((move) => move.felt)
      .map((move) => positionAfter(move, this.#revision));
    await moveSets(db, positions);
    return positions.map(({ set }) => set);
  }
}

function filterOf(
  { select }: LiveSet,
  { type, value }: EntryKey,
  state: EntryState | undefined,
): number | undefined {
  return state === undefined ? undefined : select({ type, value, ...state });
}

function noteMove(
  move: Move,
  { type, value }: EntryKey,
  was: number | undefined,
  is: number | undefined,
): void {
  const key = memberKey(type, value);
  if (was !== undefined) move.sum.remove(type, key, was);
  if (is !== undefined) move.sum.add(type, key, is);
  move.count += Number(is !== undefined) - Number(was !== undefined);
  move.felt = true;
}

function positionAfter({ set, sum, count }: Move, version: number): SetPosition {
  return {
    set: set.set,
    version,
    checksum: addChecksums(set.checksum, sum.toString()),
    count: set.count + count,
  };
}

/** Checksums add up, mod 2^128. */
export function addChecksums(one: SetChecksum, other: SetChecksum): SetChecksum {
  const sum = BigInt.asUintN(128, BigInt(`0x${one}`) + BigInt(`0x${other}`));
  return SetChecksum.parse(sum.toString(16).padStart(32, "0"));
}
