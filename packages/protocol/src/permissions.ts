import { z } from "zod";

export const PERMISSIONS = [
  "overview:read",
  "reputation:read",
  "reputation:write",
  "tag-categories:write",
  "exceptions:read",
  "exceptions:write",
  "safeguards:read",
  "safeguards:write",
  "feeds:read",
  "feeds:write",
  "profiles:read",
  "profiles:write",
  "distribution:run",
  "devices:read",
  "devices:write",
  "events:read",
  "jobs:read",
  "jobs:write",
  "connection:read",
  "connection:write",
  "objects:read",
  "objects:write",
  "products:read",
  "products:write",
  "detections:read",
  "users:read",
  "users:write",
  "api-keys:read",
  "api-keys:write",
  "audit:read",
  "settings:read",
  "settings:write",
  "web-services",
] as const;

export const Permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof Permission>;

export const BUILT_IN_ROLES = ["operator", "administrator", "superuser"] as const;
export const BuiltInRole = z.enum(BUILT_IN_ROLES);
export type BuiltInRole = z.infer<typeof BuiltInRole>;

const READ = PERMISSIONS.filter((p) => p.endsWith(":read") && !p.startsWith("users"));
const ADMINISTRATOR = PERMISSIONS.filter((p) => p !== "users:write" && p !== "web-services");

/** What each built-in role may do. Operators look; administrators change protection; superusers also people. */
export function permissionsOfRole(role: BuiltInRole): readonly Permission[] {
  switch (role) {
    case "operator":
      return READ;
    case "administrator":
      return ADMINISTRATOR;
    case "superuser":
      return PERMISSIONS;
  }
}
