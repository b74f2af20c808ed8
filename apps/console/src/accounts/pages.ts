import type { PageDefinition } from "../shell/console-router.tsx";

/** Pages about people and keys, the same in both consoles. */
export const accountPages: readonly PageDefinition[] = [
  {
    path: "/users",
    requires: "users:read",
    what: "users and sessions",
    load: () => import("./UsersPage.tsx"),
  },
  {
    path: "/api-keys",
    requires: "api-keys:read",
    what: "API keys",
    load: () => import("./ApiKeysPage.tsx"),
  },
  {
    path: "/audit",
    requires: "audit:read",
    what: "the audit log",
    load: () => import("./AuditPage.tsx"),
  },
];
