/** Longer words are no slips of the finger. */
const LONGEST = 32;

/** The candidate that needs the fewest changes to become `word`; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const lower = word.toLowerCase();
  const ranked = candidates
    .map((candidate) => ({ candidate, changes: distance(lower, candidate.toLowerCase()) }))
    .toSorted((left, right) => left.changes - right.changes);
  const [best] = ranked;
  const near = Math.max(1, Math.floor(word.length / 3));
  return best !== undefined && best.changes <= near ? best.candidate : undefined;
}

/** How many signs to change, leave out, put in or swap with their neighbour. */
function distance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1];
      const changed = (last[j - 1] ?? 0) + (same ? 0 : 1);
      const swaps = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const swapped = swaps ? (beforeLast[j - 2] ?? changed) + 1 : changed;
      row.push(Math.min(changed, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    beforeLast = last;
    last = row;
  }
  return last[right.length] ?? left.length;
}
