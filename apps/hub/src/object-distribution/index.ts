export { Distributor } from "./distributor.ts";
export { registerDistribution } from "./routes.ts";
export { openSecretBox, type SecretBox } from "./secret-box.ts";
