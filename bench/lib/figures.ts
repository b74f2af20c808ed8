/** One figure, one JSON line on standard output; nothing else may be written there. */
export function figure(name: string, value: number, unit: string, context: object = {}): void {
  process.stdout.write(`${JSON.stringify({ name, value: round(value), unit, ...context })}\n`);
}

/** For people watching; programs read standard output only. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The value below which the share `p` (0 to 1) of the values lie, by nearest rank. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(p * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
