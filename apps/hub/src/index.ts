export { HubConfig, type HubConfigInput } from "./config.ts";
export { type Hub, startHub } from "./start-hub.ts";
export { HUB_VERSION } from "./version.ts";
