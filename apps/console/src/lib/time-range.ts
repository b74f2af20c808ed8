export const TIME_RANGES = [
  { value: "1h", label: "Last hour", hours: 1 },
  { value: "24h", label: "Last 24 hours", hours: 24 },
  { value: "7d", label: "Last 7 days", hours: 168 },
  { value: "30d", label: "Last 30 days", hours: 720 },
  { value: "", label: "All time", hours: undefined },
] as const;

/** Start of a range in ISO 8601, to the minute, so that equal questions have equal keys; undefined for all time. */
export function rangeStart(range: string, now: number): string | undefined {
  const hours = TIME_RANGES.find((known) => known.value === range)?.hours;
  if (hours === undefined) return undefined;
  return new Date(Math.floor((now - hours * 3_600_000) / 60_000) * 60_000).toISOString();
}
