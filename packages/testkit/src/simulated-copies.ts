import type { SetDelta, SetPosition } from "@breakwater/protocol";
import {
  applyDelta,
  type LoadedSnapshot,
  loadSnapshot,
  type ReputationIndex,
} from "@breakwater/reputation-set";
import type { CopiesMode } from "./simulated-fleet-messages.ts";

const LIMITS = { maxMembers: 20_000_000 };

/** What one agent holds of the set. */
export type SimulatedCopy = {
  position: SetPosition;
  /** Applies and proves a delta. False: it was in already. Throws when the set is not what it should be. */
  apply: (delta: SetDelta) => boolean;
};

/** Loads snapshots for the agents of a fleet; with `shared` all agents hold one index together. */
export class SimulatedCopies {
  readonly #mode: CopiesMode;
  #shared: Promise<SharedIndex> | undefined;

  constructor(mode: CopiesMode) {
    this.#mode = mode;
  }

  /** `download` gives the bytes of a snapshot; sharing agents need only the first. */
  async load(download: () => Promise<Buffer>): Promise<SimulatedCopy> {
    if (this.#mode === "own") return ownCopy(await loadSnapshot([await download()], LIMITS));
    this.#shared ??= download().then(
      async (bytes) => new SharedIndex(await loadSnapshot([bytes], LIMITS)),
    );
    return (await this.#shared).join();
  }
}

function ownCopy({ index, position }: LoadedSnapshot): SimulatedCopy {
  const copy: SimulatedCopy = {
    position,
    apply(delta) {
      const next = proven(index, copy.position, delta);
      if (next !== undefined) copy.position = next;
      return next !== undefined;
    },
  };
  return copy;
}

/** The first agent to get a delta applies it; the others must have got the same one. */
class SharedIndex {
  readonly #index: ReputationIndex;
  #position: SetPosition;

  constructor({ index, position }: LoadedSnapshot) {
    this.#index = index;
    this.#position = position;
  }

  join(): SimulatedCopy {
    const copy: SimulatedCopy = {
      position: this.#position,
      apply: (delta) => {
        if (delta.to <= copy.position.version) return false;
        if (delta.from !== copy.position.version) throw new Error(`gap: ${describe(delta)}`);
        if (delta.to > this.#position.version) {
          this.#position = proven(this.#index, this.#position, delta) ?? this.#position;
        }
        const { set, to: version, checksum, count } = delta;
        copy.position = { set, version, checksum, count };
        return true;
      },
    };
    return copy;
  }
}

/** Where the index stands afterwards; undefined when the delta's content was in already. */
function proven(
  index: ReputationIndex,
  position: SetPosition,
  delta: SetDelta,
): SetPosition | undefined {
  const applied = applyDelta(index, position, delta);
  if (applied.ok) return applied.value;
  if (applied.error === "stale") return undefined;
  throw new Error(`${applied.error} at version ${position.version}: ${describe(delta)}`);
}

function describe({ from, to, operations }: SetDelta): string {
  return `delta from ${from} to ${to} with ${operations.length} operations`;
}
