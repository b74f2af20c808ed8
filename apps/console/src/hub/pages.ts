import { accountPages } from "../accounts/pages.ts";
import type { PageDefinition } from "../shell/console-router.tsx";

export const hubPages: readonly PageDefinition[] = [
  {
    path: "/",
    requires: "overview:read",
    what: "the overview",
    load: () => import("./overview/HubOverviewPage.tsx"),
  },
  {
    path: "/products",
    requires: "products:read",
    what: "connected managers",
    load: () => import("./products/ProductsPage.tsx"),
  },
  {
    path: "/suspicious-objects",
    requires: "objects:read",
    what: "suspicious objects",
    load: () => import("./objects/HubObjectsPage.tsx"),
  },
  {
    path: "/object-distribution",
    requires: "products:read",
    what: "object distribution",
    load: () => import("./object-distribution/ObjectDistributionPage.tsx"),
  },
  {
    path: "/events",
    requires: "detections:read",
    what: "events",
    load: () => import("./events/DetectionsPage.tsx"),
  },
  ...accountPages,
];

/** Addresses that people and older links guess. */
export const hubAliases = {
  "/managers": "/products",
  "/enrollment-tokens": "/products?tab=tokens",
  "/objects": "/suspicious-objects",
  "/detections": "/events",
  "/search": "/events",
} as const;
