export type RestartPolicy = { minDelayMs: number; maxDelayMs: number; healthyMs: number };

export const DEFAULT_RESTART_POLICY: RestartPolicy = {
  minDelayMs: 200,
  maxDelayMs: 30_000,
  healthyMs: 60_000,
};

/**
 * How long to wait before the next start: at once-ish after a long healthy run, doubling
 * while starts keep failing. `failures` counts exits in a row, each before `healthyMs`.
 */
export function restartDelay(failures: number, policy: RestartPolicy): number {
  const doubled = policy.minDelayMs * 2 ** Math.min(Math.max(failures - 1, 0), 20);
  return Math.min(policy.maxDelayMs, doubled);
}
