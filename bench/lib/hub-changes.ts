import { z } from "zod";
import type { BenchStack } from "./bench-stack.ts";
import { monotonicMs } from "./monotonic.ts";
import type { BenchObject } from "./objects.ts";

const PATH = "/v3.0/threatintel/suspiciousObjects";
const Outcomes = z.array(z.looseObject({ status: z.number() }));

export type Change = "add" | "delete";

/** Changes one object through the hub's public API; answers when its answer was here (monotonic ms). */
export async function changeObject(
  { publicApi }: BenchStack,
  change: Change,
  { field, sent }: BenchObject,
): Promise<number> {
  const response =
    change === "add"
      ? await publicApi(PATH, [{ [field]: sent, riskLevel: "high", scanAction: "block" }])
      : await publicApi(`${PATH}/delete`, [{ [field]: sent }]);
  const text = await response.text();
  const answered = monotonicMs();
  const [outcome] = Outcomes.parse(JSON.parse(text));
  if (outcome?.status === (change === "add" ? 201 : 204)) return answered;
  throw new Error(`the hub refused to ${change} ${sent}: ${text.slice(0, 500)}`);
}
