export { startRetention } from "./jobs.ts";
export { registerIntake } from "./product-routes.ts";
export { registerPublicSearch } from "./public-routes.ts";
export { registerDetections } from "./routes.ts";
export { readHours } from "./store.ts";
