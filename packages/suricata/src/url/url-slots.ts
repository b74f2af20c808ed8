import { MAX_PROBES } from "./url-table-format.ts";

/** The slots of a table in memory: pairs of low and high word, open addressing. */
export type UrlSlots = { words: Int32Array; mask: number; live: number; removed: number };
export type Hash = readonly [low: number, high: number];

export const MIN_SLOTS = 4096;
export const REMOVED = -1;
/** Taken and removed slots together may fill this part of a table. */
const MAX_LOAD = 0.5;

/** Moves a hash off the two values that mark empty and removed slots. */
export function markerFree([low, high]: Hash): Hash {
  if (low === 0 && high === 0) return [1, high];
  return low === REMOVED && high === REMOVED ? [-2, high] : [low, high];
}

type Place = { found: true; slot: number } | { found: false; free: number | undefined };

/** Where a hash is, or the first slot that may take it; no slot within the probe limit means rebuild. */
export function findSlot({ words, mask }: UrlSlots, [low, high]: Hash): Place {
  let free: number | undefined;
  let slot = low & mask;
  for (let probe = 0; probe < MAX_PROBES; probe += 1) {
    const a = words[slot * 2];
    const b = words[slot * 2 + 1];
    if (a === low && b === high) return { found: true, slot };
    if (a === 0 && b === 0) return { found: false, free: free ?? slot };
    if (a === REMOVED && b === REMOVED) free ??= slot;
    slot = (slot + 1) & mask;
  }
  return { found: false, free };
}

export function isFull({ live, removed, mask }: UrlSlots): boolean {
  return live + removed >= (mask + 1) * MAX_LOAD;
}

export function emptySlots(entries = 0): UrlSlots {
  let count = MIN_SLOTS;
  // Room for the entries to double before the next rebuild.
  while (count * MAX_LOAD < entries * 2) count *= 2;
  return { words: new Int32Array(count * 2), mask: count - 1, live: 0, removed: 0 };
}

export function slotsOf(hashes: readonly Hash[]): UrlSlots {
  for (let room = hashes.length; ; room = room * 2 + 1) {
    const slots = emptySlots(room);
    if (hashes.every((hash) => insert(slots, hash))) return slots;
  }
}

/** False when the hash finds no slot within the probe limit. */
function insert(slots: UrlSlots, hash: Hash): boolean {
  const place = findSlot(slots, hash);
  if (place.found) return true;
  if (place.free === undefined) return false;
  slots.words.set(hash, place.free * 2);
  slots.live += 1;
  return true;
}

export function* liveHashes({ words }: UrlSlots): Generator<Hash> {
  for (let index = 0; index < words.length; index += 2) {
    const hash: Hash = [words[index] ?? 0, words[index + 1] ?? 0];
    if (stateOf(hash) === "live") yield hash;
  }
}

/** Slots as they were read from a file, with what they hold counted. */
export function countedSlots(words: Int32Array): UrlSlots {
  const slots: UrlSlots = { words, mask: words.length / 2 - 1, live: 0, removed: 0 };
  for (let index = 0; index < words.length; index += 2) {
    const state = stateOf([words[index] ?? 0, words[index + 1] ?? 0]);
    if (state !== "empty") slots[state] += 1;
  }
  return slots;
}

function stateOf([low, high]: Hash): "empty" | "removed" | "live" {
  if (low === 0 && high === 0) return "empty";
  return low === REMOVED && high === REMOVED ? "removed" : "live";
}
