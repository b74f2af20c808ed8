/** Repeatable randomness: the same seed gives the same data, and the same screenshots. */
export function seededRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (below: number) => Math.floor(next() * below);
  return {
    next,
    integer,
    hex: (length: number) => Array.from({ length }, () => integer(16).toString(16)).join(""),
    pick: <T>(items: readonly [T, ...T[]]): T => items[integer(items.length)] ?? items[0],
    uuid: () => {
      const hex = (length: number) =>
        Array.from({ length }, () => integer(16).toString(16)).join("");
      return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
    },
  };
}
export type Random = ReturnType<typeof seededRandom>;
