/*
 * The file that the agent writes and the engine's Lua script maps:
 *
 *   0    "BWURLTB1"
 *   8    u32  number of slots, a power of two
 *   12   u32  1 when a newer file has taken this file's name
 *   16   u32  key word 0,  20  u32  key word 1 (HalfSipHash)
 *   4096      slots of 8 bytes: u32 low, u32 high word of a hash
 *
 * All numbers are little-endian. A slot is empty (0, 0), removed (-1, -1) or taken. The
 * search for a hash starts at `low & (slots - 1)` and ends at an empty slot or after
 * MAX_PROBES. A hash equal to one of the two markers counts as its neighbour.
 */
export const MAGIC = "BWURLTB1";
export const HEADER_BYTES = 4096;
export const SLOT_BYTES = 8;
export const MAX_PROBES = 512;
export const OFFSET = { slots: 8, superseded: 12, key0: 16, key1: 20 } as const;
