import { AppError } from "@breakwater/protocol";
import type { EngineCommands } from "@breakwater/suricata";
import { type LiveElement, place } from "./elements.ts";
import type { Generation, World } from "./generation.ts";

/**
 * Whether a running engine answers, has loaded every rule, and holds a sample of the set.
 * @throws AppError that says what is wrong
 */
export async function verifyEngine(
  commands: EngineCommands,
  generation: Generation | undefined,
  world: World,
): Promise<void> {
  await commands.uptime();
  const { failed } = await commands.rulesetStats();
  if (failed > 0) {
    throw new AppError("Unprocessable", `${failed} rules of the policy did not load.`);
  }
  for (const element of samples(world)) {
    const spec = generation?.datasets.find(
      ({ lane, kind }) => lane === element.lane && kind === element.kind,
    );
    if (spec === undefined || (await commands.datasetLookup(spec, element.value))) continue;
    const entry = `${element.kind} ${element.value}`;
    throw new AppError(
      "Unprocessable",
      `The engine does not hold ${entry} after loading the policy.`,
    );
  }
}

/** One entry of each kind that lives in the engine's sets. */
function samples({ index, policy }: World): LiveElement[] {
  return (["ipv4", "ipv6", "domain", "domain-exact"] as const).flatMap((type) => {
    const first = index.members(type).next();
    const lane = first.done === true ? undefined : policy.lane(first.value.filter);
    if (first.done === true || lane === undefined) return [];
    const placement = place(type, first.value.value, lane);
    return placement.how === "live" ? placement.elements : [];
  });
}
