import type { Db } from "@breakwater/postgres";
import {
  AppError,
  BUILT_IN_ROLES,
  BuiltInRole,
  invalidField,
  PERMISSIONS,
  type Permission,
  permissionsOfRole,
  type Role,
} from "@breakwater/protocol";
import type { AccountsTables } from "../tables.ts";

export type Permissions = ReadonlySet<Permission>;

/** What a role allows now; null when there is no such role. */
export async function permissionsOf(
  db: Db<AccountsTables>,
  roleName: string,
): Promise<Permissions | null> {
  const builtIn = BuiltInRole.safeParse(roleName);
  if (builtIn.success) return new Set(permissionsOfRole(builtIn.data));
  const row = await db
    .selectFrom("role")
    .select("permissions")
    .where("name", "=", roleName)
    .executeTakeFirst();
  return row === undefined ? null : knownPermissions(row.permissions);
}

/** A permission that a later version dropped is passed over. */
function knownPermissions(names: readonly string[]): Permissions {
  const known = new Set<string>(names);
  return new Set(PERMISSIONS.filter((permission) => known.has(permission)));
}

export async function listRoles(db: Db<AccountsTables>): Promise<Role[]> {
  const builtIn = BUILT_IN_ROLES.map((name) => ({
    name,
    permissions: [...permissionsOfRole(name)],
    builtIn: true,
  }));
  const rows = await db.selectFrom("role").selectAll().orderBy("name").execute();
  const custom = rows.map(({ name, permissions }) => ({
    name,
    permissions: [...knownPermissions(permissions)],
    builtIn: false,
  }));
  return [...builtIn, ...custom];
}

/** The permissions of a role named in a request. */
export async function requireRole(db: Db<AccountsTables>, roleName: string): Promise<Permissions> {
  const permissions = await permissionsOf(db, roleName);
  if (permissions !== null) return permissions;
  const names = (await listRoles(db)).map(({ name }) => name).join(", ");
  throw invalidField("role", roleName, "is not a role", `Choose one of ${names}.`);
}

/** Nobody gives, takes or governs more than they have themselves. */
export function requireNotAbove(grantor: Permissions, granted: Permissions): void {
  const beyond = [...granted].filter((permission) => !grantor.has(permission));
  if (beyond.length === 0) return;
  throw new AppError(
    "PermissionDenied",
    `This concerns permissions that you do not have yourself: ${beyond.join(", ")}.`,
  );
}
