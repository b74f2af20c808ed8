export const TIME_RANGES = [
  { value: "1h", label: "Last hour", hours: 1 },
  { value: "24h", label: "Last 24 hours", hours: 24 },
  { value: "7d", label: "Last 7 days", hours: 168 },
  { value: "30d", label: "Last 30 days", hours: 720 },
  { value: "", label: "All time", hours: undefined },
] as const;

/** A query with its `range` replaced by the `from` it means now. */
export function withRangeStart<T extends { range?: string }>({ range, ...query }: T) {
  const hours = TIME_RANGES.find((known) => known.value === range)?.hours;
  if (hours === undefined) return query;
  return { ...query, from: new Date(Date.now() - hours * 3_600_000).toISOString() };
}

/** ISO 8601 time this many days from now. */
export function daysAhead(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}
