/** Addresses of the SMS console's pages, for the `path` fields of the overview. */
export const SMS_CONSOLE_PATHS = {
  overview: "/",
  events: "/events",
  suspiciousObjects: "/suspicious-objects",
  /** Feeds have no page of their own yet: their runs are jobs. */
  feeds: "/jobs",
  profiles: "/profiles",
  devices: "/devices",
  visionOne: "/vision-one",
  users: "/users",
  apiKeys: "/api-keys",
  audit: "/audit",
} as const;

/** Addresses of the hub console's pages. */
export const HUB_CONSOLE_PATHS = {
  overview: "/",
  suspiciousObjects: "/suspicious-objects",
  products: "/products",
  enrollmentTokens: "/products?tab=tokens",
  events: "/events",
  users: "/users",
  apiKeys: "/api-keys",
  audit: "/audit",
} as const;
