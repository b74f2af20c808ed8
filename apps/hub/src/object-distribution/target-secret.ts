import type { SecretPlace } from "@breakwater/platform";
import type { DistributionTargetId } from "@breakwater/protocol";

/** A sealed password opens only in the row it was sealed for. */
export function passwordPlace(row: DistributionTargetId): SecretPlace {
  return { table: "distribution_target", column: "password", row };
}
