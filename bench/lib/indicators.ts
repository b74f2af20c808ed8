/** Made-up objects, the same in every run: a third each addresses, domains and URLs. */
export type Indicator =
  | { kind: "ip"; value: string }
  | { kind: "domain"; value: string }
  | { kind: "url"; value: string };

const KINDS = ["ip", "domain", "url"] as const;

/** Background load. It lies outside of what the lab's client talks to. */
export function backgroundIndicator(index: number): Indicator {
  const kind = KINDS[index % KINDS.length] ?? "ip";
  const number = Math.floor(index / KINDS.length);
  switch (kind) {
    case "ip":
      return {
        kind,
        value: `100.${64 + ((number >> 16) & 63)}.${(number >> 8) & 255}.${number & 255}`,
      };
    case "domain":
      return { kind, value: `d${number}.load.example` };
    case "url":
      return { kind, value: `http://h${number % 977}.load.example/p/${number}` };
  }
}

/** What a measured change blocks; each only once. Addresses are the lab's own. */
export function trialIndicator(index: number): Indicator {
  const kind = KINDS[index % KINDS.length] ?? "ip";
  switch (kind) {
    case "ip":
      return { kind, value: `10.101.${(index >> 8) & 255}.${(index & 255) + 1}` };
    case "domain":
      return { kind, value: `trial${index}.block.example` };
    case "url":
      return { kind, value: `http://files.block.example/trial/${index}` };
  }
}

/** As the hub's public API takes it. */
export function publicObject({ kind, value }: Indicator): Record<string, unknown> {
  return { [kind]: value, riskLevel: "high", scanAction: "block", daysToExpiration: 30 };
}
