export const KINDS = ["ipv4", "ipv6", "domain", "url"] as const;
export type Kind = (typeof KINDS)[number];

/** One suspicious object, as the hub's public API takes it and as reputation sets name it. */
export type BenchObject = {
  kind: Kind;
  field: "ip" | "domain" | "url";
  /** What is sent to the hub. */
  sent: string;
  /** The canonical value, without scheme. */
  value: string;
};

/** Object number `n` (0 to 249) of a kind for single changes: in networks that the lab can reach. */
export function changingObject(kind: Kind, n: number): BenchObject {
  switch (kind) {
    case "ipv4":
      return address(kind, `203.0.113.${n + 1}`);
    case "ipv6":
      return address(kind, `2001:db8::${(n + 1).toString(16)}`);
    case "domain":
      return domain(`change-${n}.bench.example`);
    case "url":
      return url(`change-${n}.bench.example/path/${n}`);
  }
}

/** Entry number `n` of what is loaded beforehand: 60 % IPv4, 10 % IPv6, 20 % domains, 10 % URLs. */
export function loadedObject(n: number): BenchObject {
  const spread = scatter(n);
  const share = n % 10;
  if (share < 6) return address("ipv4", ipv4Of(spread));
  if (share === 6) return address("ipv6", ipv6Of(spread));
  if (share < 9) return domain(`host-${spread.toString(36)}.loaded.example`);
  return url(`www.loaded.example/${spread.toString(36)}/index.html`);
}

function address(kind: "ipv4" | "ipv6", value: string): BenchObject {
  return { kind, field: "ip", sent: value, value };
}

function domain(value: string): BenchObject {
  return { kind: "domain", field: "domain", sent: value, value };
}

function url(value: string): BenchObject {
  return { kind: "url", field: "url", sent: `http://${value}`, value };
}

/** Different numbers below 2^28 give different results below 2^28, spread over all of it. */
function scatter(n: number): number {
  return Math.imul(n, 0x9e3779b1) & 0x0fffffff;
}

/** Within 32.0.0.0/4: public addresses that nothing in the lab uses. */
function ipv4Of(spread: number): string {
  return [32 + (spread >>> 24), (spread >>> 16) & 255, (spread >>> 8) & 255, spread & 255].join(
    ".",
  );
}

/** Every group has a leading 1: none is 0, so that the text is canonical. */
function ipv6Of(spread: number): string {
  const groups = [spread >>> 16, spread >>> 4, spread].map((part) => (part & 0xfff) | 0x1000);
  return `2a00:${groups.map((group) => group.toString(16)).join(":")}::1`;
}
