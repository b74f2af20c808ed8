import type { AppliedException } from "@breakwater/protocol";
import type { AssertionState } from "../entries/entry-state.ts";
import type { PresentedEntry } from "./present-entries.ts";

/** One sentence: why an entry is, or is not, acted on. */
export function explanationOf(
  { entry }: PresentedEntry,
  assertions: readonly AssertionState[],
  exceptions: readonly AppliedException[],
): string {
  const counting = assertions.filter(({ held }) => held === null);
  const asserting = counting.length === 0 ? assertions : counting;
  const who = listOf(asserting.map((one) => one.source));
  const until = untilOf(asserting);
  const { inForce, total } = entry.enforcement.devices;
  const { filter } = entry;
  switch (entry.enforcement.state) {
    case "held":
      return `Held back from devices: ${entry.held ?? "a safeguard speaks against it"}. Asserted by ${who}${until}.`;
    case "excepted":
      return `Not acted on: ${exceptionOf(exceptions)} lifts it. Asserted by ${who}${until}.`;
    case "no-device":
      return `Not acted on: no device is enrolled yet. Asserted by ${who}${until}.`;
    case "no-filter":
      return `Not acted on: no reputation filter of a distributed profile selects it. Asserted by ${who}${until}.`;
    case "in-force":
    case "partly":
    case "pending":
    case "failed": {
      const by =
        filter === null
          ? "a reputation filter"
          : `the filter "${filter.name}" of profile "${filter.profile}" (${filter.actionSet})`;
      return `Selected by ${by} because ${who} asserts it${until}; in force on ${inForce} of ${total} devices.`;
    }
  }
}

function exceptionOf([first]: readonly AppliedException[]): string {
  if (first === undefined) return "an exception";
  const until = first.expires === null ? "" : ` until ${first.expires}`;
  return `the exception for ${first.value} of ${first.owner} ("${first.reason}")${until}`;
}

/** " until 14:02 because feed B still asserts it" */
function untilOf(assertions: readonly AssertionState[]): string {
  const lasting = assertions.find((one) => one.expires === null);
  if (lasting !== undefined) return ", without end";
  const last = assertions.reduce<AssertionState | undefined>(
    (latest, one) => ((one.expires ?? 0) > (latest?.expires ?? 0) ? one : latest),
    undefined,
  );
  if (last?.expires == null) return "";
  const because = assertions.length > 1 ? `, when "${last.source}" ends last` : "";
  return ` until ${new Date(last.expires).toISOString()}${because}`;
}

export function listOf(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  if (quoted.length < 2) return quoted.join("");
  return `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1) ?? ""}`;
}
