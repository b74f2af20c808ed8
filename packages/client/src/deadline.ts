export type Deadline = { signal: AbortSignal | undefined; met: () => void };

/**
 * A signal that aborts with a `TimeoutError` after `ms`, unless `met` is called before, or when
 * `signal` does. Without `ms` only `signal` counts.
 */
export function startDeadline(ms: number | undefined, signal: AbortSignal | undefined): Deadline {
  if (ms === undefined) return { signal, met: () => undefined };
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new DOMException("The time is over.", "TimeoutError")),
    ms,
  );
  return {
    signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
    met: () => clearTimeout(timer),
  };
}
