import { monotonicMs } from "@breakwater/testkit";
import { z } from "zod";
import type { BenchStack } from "./bench-stack.ts";
import type { BenchObject } from "./objects.ts";

const PATH = "/v3.0/threatintel/suspiciousObjects";
const Outcomes = z.array(z.looseObject({ status: z.number() }));

export type Change = "add" | "delete";

/** Changes one object through the hub's public API; answers when its answer was here (monotonic ms). */
export async function changeObject(
  { hubAccess }: BenchStack,
  change: Change,
  { field, sent }: BenchObject,
): Promise<number> {
  const item = change === "add" ? { [field]: sent, riskLevel: "high" } : { [field]: sent };
  const response = await fetch(`${hubAccess.url}${PATH}${change === "add" ? "" : "/delete"}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${hubAccess.apiKey}`,
      "content-type": "application/json;charset=utf-8",
    },
    body: JSON.stringify([item]),
  });
  const text = await response.text();
  const answered = monotonicMs();
  const [outcome] = Outcomes.parse(JSON.parse(text));
  const wanted = change === "add" ? 201 : 204;
  if (outcome?.status === wanted) return answered;
  throw new Error(`the hub refused to ${change} ${sent}: ${text.slice(0, 500)}`);
}
