import type { DistributionTargetId } from "@breakwater/protocol";
import type { SecretPlace } from "./secret-box.ts";

/** A sealed password opens only in the row it was sealed for. */
export function passwordPlace(row: DistributionTargetId): SecretPlace {
  return { table: "distribution_target", column: "password", row };
}
