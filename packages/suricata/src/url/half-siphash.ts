/**
 * HalfSipHash-2-4 with 64-bit output (Aumasson and Bernstein): keyed, and made of
 * 32-bit operations only, so that the engine's Lua and JavaScript both do it fast.
 * Returns the low and high words as signed 32-bit numbers.
 */
export function halfSipHash(data: Uint8Array, key0: number, key1: number): [number, number] {
  let v0 = key0;
  let v1 = key1 ^ 0xee;
  let v2 = key0 ^ 0x6c796765;
  let v3 = key1 ^ 0x74656462;

  const round = () => {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  };
  const absorb = (word: number) => {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  };
  const finish = (rounds: number) => {
    for (let count = 0; count < rounds; count += 1) round();
    return v1 ^ v3;
  };

  const length = data.length;
  const whole = length - (length % 4);
  for (let index = 0; index < whole; index += 4) absorb(wordAt(data, index, 4));
  absorb(wordAt(data, whole, length - whole) | (length << 24));
  v2 ^= 0xee;
  const low = finish(4);
  v1 ^= 0xdd;
  return [low, finish(4)];
}

function wordAt(data: Uint8Array, index: number, bytes: number): number {
  let word = 0;
  for (let offset = 0; offset < bytes; offset += 1) {
    word |= (data[index + offset] ?? 0) << (8 * offset);
  }
  return word;
}
