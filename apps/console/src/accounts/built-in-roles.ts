import type { BuiltInRole } from "@breakwater/protocol";

export const BUILT_IN_ROLE_NAMES = [
  "operator",
  "administrator",
  "superuser",
] as const satisfies readonly BuiltInRole[];
