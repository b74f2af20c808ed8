/** Pause in ms before the try after `failures` (1 or more); `chance` (0 to 1) spreads it over its upper half. */
export function backOff(
  failures: number,
  { firstMs, mostMs }: { firstMs: number; mostMs: number },
  chance: number,
): number {
  const full = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), mostMs);
  return Math.round(full * (0.5 + chance / 2));
}
