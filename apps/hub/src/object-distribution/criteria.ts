import { isIPv4 } from "node:net";
import type {
  DistributedRisk,
  DistributedType,
  HubObjectType,
  Severity,
} from "@breakwater/protocol";

export type Criteria = { types: readonly DistributedType[]; risk: DistributedRisk };

/** Whether a target is to have an object of this type, value and risk level. */
export function meetsCriteria(
  criteria: Criteria,
  object: { type: HubObjectType; value: string; riskLevel: Severity },
): boolean {
  return (
    criteria.types.includes(distributedTypeOf(object)) &&
    levelsOf(criteria.risk).includes(object.riskLevel)
  );
}

/** The list knows one type of address; targets choose between the two families. */
export function distributedTypeOf({
  type,
  value,
}: {
  type: HubObjectType;
  value: string;
}): DistributedType {
  switch (type) {
    case "ip":
      return isIPv4(value) ? "ipv4" : "ipv6";
    case "domain":
      return "domain";
    case "url":
      return "url";
    case "fileSha1":
      return "sha1";
    case "fileSha256":
      return "sha256";
  }
}

function levelsOf(risk: DistributedRisk): readonly Severity[] {
  switch (risk) {
    case "high":
      return ["High"];
    case "high-medium":
      return ["High", "Medium"];
    case "all":
      return ["High", "Medium", "Low"];
  }
}
