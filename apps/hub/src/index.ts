export { HubConfig, type HubConfigInput } from "./config.ts";
export { HUB_VERSION, type Hub, startHub } from "./start-hub.ts";
