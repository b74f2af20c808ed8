const exact = new Intl.NumberFormat("en-GB");
const short = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });

/** Exact to 9,999; above, three figures at most ("12.3k"). */
export function formatCount(value: number): string {
  if (Math.abs(value) <= 9_999) return exact.format(value);
  return short
    .format(value)
    .replace("K", "k")
    .replace("B", "G")
    .replace("bn", "G")
    .replace("m", "M");
}

export function formatExact(value: number): string {
  return exact.format(value);
}

/** Bytes with binary units, as storage tools print them. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ""}`;
}

/** "1 device", "14 devices". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatExact(count)} ${count === 1 ? one : many}`;
}
