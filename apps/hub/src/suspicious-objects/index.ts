export { Expiry } from "./expiry.ts";
export { startPurge } from "./jobs.ts";
export { ObjectFeed } from "./object-feed.ts";
export type { ObjectsContext } from "./objects-context.ts";
export { registerObjectFeed } from "./product-routes.ts";
export { registerPublicObjects } from "./public-routes.ts";
export { registerObjects } from "./routes.ts";
export type { ObjectLimits, ObjectWriter } from "./save-objects.ts";
export { readCounts } from "./store.ts";
