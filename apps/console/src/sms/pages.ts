import { accountPages } from "../accounts/pages.ts";
import type { PageDefinition } from "../shell/console-router.tsx";

export const smsPages: readonly PageDefinition[] = [
  {
    path: "/",
    requires: "overview:read",
    what: "the overview",
    load: () => import("./overview/OverviewPage.tsx"),
  },
  {
    path: "/events",
    requires: "events:read",
    what: "events",
    load: () => import("./events/EventsPage.tsx"),
  },
  {
    path: "/suspicious-objects",
    requires: "reputation:read",
    what: "suspicious objects",
    load: () => import("./objects/ObjectsPage.tsx"),
  },
  {
    path: "/suspicious-objects/$id",
    requires: "reputation:read",
    what: "suspicious objects",
    load: () => import("./objects/ObjectPage.tsx"),
  },
  {
    path: "/exceptions",
    requires: "exceptions:read",
    what: "exceptions",
    load: () => import("./exceptions/ExceptionsPage.tsx"),
  },
  {
    path: "/held",
    requires: "safeguards:read",
    what: "held entries",
    load: () => import("./held/HeldPage.tsx"),
  },
  {
    path: "/import",
    requires: "reputation:write",
    what: "imports",
    load: () => import("./import/ImportPage.tsx"),
  },
  {
    path: "/tag-categories",
    requires: "reputation:read",
    what: "tag categories",
    load: () => import("./tags/TagCategoriesPage.tsx"),
  },
  {
    path: "/profiles",
    requires: "profiles:read",
    what: "profiles",
    load: () => import("./profiles/ProfilesPage.tsx"),
  },
  {
    path: "/profiles/$id",
    requires: "profiles:read",
    what: "profiles",
    load: () => import("./profiles/ProfilePage.tsx"),
  },
  {
    path: "/devices",
    requires: "devices:read",
    what: "devices",
    load: () => import("./devices/DevicesPage.tsx"),
  },
  {
    path: "/devices/$id",
    requires: "devices:read",
    what: "devices",
    load: () => import("./devices/DevicePage.tsx"),
  },
  {
    path: "/jobs",
    requires: "jobs:read",
    what: "jobs",
    load: () => import("./jobs/JobsPage.tsx"),
  },
  {
    path: "/vision-one",
    requires: "connection:read",
    what: "the connection",
    load: () => import("./vision-one/VisionOnePage.tsx"),
  },
  ...accountPages,
];

/** Addresses that people and older links guess. */
export const smsAliases = {
  "/objects": "/suspicious-objects",
  "/reputation": "/suspicious-objects",
  "/safeguards": "/held",
  "/connect": "/vision-one",
  "/connection": "/vision-one",
  "/settings": "/users",
  "/settings/users": "/users",
  "/settings/api-keys": "/api-keys",
  "/settings/audit": "/audit",
} as const;
