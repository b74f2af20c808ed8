import { parseArgs } from "node:util";

export type BenchOptions = {
  /** Fewer rounds: enough to see an order of magnitude, within a minute or two. */
  quick: boolean;
  agents: number | undefined;
  entries: number | undefined;
  /** A folder of real lists, if there is one. */
  data: string;
};

export function readBenchOptions(): BenchOptions {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      agents: { type: "string" },
      entries: { type: "string" },
      data: { type: "string", default: "../shared/data" },
    },
  });
  return {
    quick: values.quick,
    agents: count("--agents", values.agents),
    entries: count("--entries", values.entries),
    data: values.data,
  };
}

function count(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${flag} ${text}: use a whole number above 0`);
}
