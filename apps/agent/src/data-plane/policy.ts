import type { ProfileBundle, ReputationFilter, SetId } from "@breakwater/protocol";
import type { Lane } from "@breakwater/suricata";

/** A bundle as the data plane and the event pipeline ask it. */
export type Policy = {
  readonly set: SetId | undefined;
  readonly customRules: string;
  readonly clientIpHeader: string | undefined;
  filter(number: number): ReputationFilter | undefined;
  /** The lanes that any filter uses. */
  readonly lanes: ReadonlySet<Lane>;
  /** Where members of a filter go; undefined when nothing has to be done about them. */
  lane(number: number): Lane | undefined;
};

export const NO_POLICY: Policy = {
  set: undefined,
  customRules: "",
  clientIpHeader: undefined,
  lanes: new Set(),
  filter: () => undefined,
  lane: () => undefined,
};

export function compilePolicy(bundle: ProfileBundle): Policy {
  const filters = new Map(bundle.filters.map((filter) => [filter.number, filter]));
  const lanes = new Map(bundle.filters.map((filter) => [filter.number, laneOf(filter)]));
  const header = bundle.httpContext.enabled ? bundle.httpContext.clientIpHeader : null;
  return {
    set: bundle.set,
    customRules: bundle.customRules,
    clientIpHeader: header ?? undefined,
    lanes: new Set([...lanes.values()].filter((lane) => lane !== undefined)),
    filter: (number) => filters.get(number),
    lane: (number) => lanes.get(number),
  };
}

function laneOf({ state, actionSet }: ReputationFilter): Lane | undefined {
  if (state !== "enabled") return undefined;
  switch (actionSet.flow) {
    case "block":
    case "reset":
    case "trust":
    case "quarantine":
      return actionSet.flow;
    case "permit":
      return actionSet.notify ? "notify" : undefined;
  }
}
