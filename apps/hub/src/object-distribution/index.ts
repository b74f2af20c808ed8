export { Distributor } from "./distributor.ts";
export { registerDistribution } from "./routes.ts";
