import { useQuery } from "@tanstack/react-query";
import { BUILT_IN_ROLE_NAMES } from "./built-in-roles.ts";
import { accountsQueries } from "./client.ts";
import { useCan } from "./session.tsx";

/** Roles to choose from; the built-in ones when the list may not be read. */
export function useRoles(): { value: string; label: string }[] {
  const { data } = useQuery({
    ...accountsQueries.one("GET /auth/v1/roles"),
    enabled: useCan("users:read"),
  });
  const names = data?.items.map((role) => role.name) ?? [...BUILT_IN_ROLE_NAMES];
  return names.map((name) => ({
    value: name,
    label: name.charAt(0).toUpperCase() + name.slice(1),
  }));
}
