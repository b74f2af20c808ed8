type Key = { type: string; value: string };

/** Good enough for a mock: whether the first value reaches the second, or is the same. */
export function covers(wide: Key, narrow: Key): boolean {
  if (wide.value === narrow.value) return true;
  if (wide.type === "cidr") return inRange(wide.value, narrow.value);
  if (wide.type === "domain")
    return hostOf(narrow.value) === wide.value || hostOf(narrow.value).endsWith(`.${wide.value}`);
  return false;
}

function inRange(range: string, value: string): boolean {
  const [network = "", prefix = "32"] = range.split("/");
  const [from, at] = [numberOf(network), numberOf(value.split("/")[0] ?? "")];
  if (from === undefined || at === undefined) return false;
  const size = 2 ** (32 - Number(prefix));
  return Math.floor(from / size) === Math.floor(at / size);
}

function numberOf(address: string): number | undefined {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => Number.isNaN(part))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function hostOf(value: string): string {
  return value.split("/")[0] ?? value;
}
