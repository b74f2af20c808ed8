export { apiKeyFor } from "./api-key.ts";
export { TestDevice, type TestDeviceOptions } from "./device.ts";
export { DeviceClient } from "./device-client.ts";
export { eventually } from "./eventually.ts";
export { type FleetOptions, SimulatedFleet } from "./simulated-fleet.ts";
export type { Acknowledgement } from "./simulated-fleet-messages.ts";
export { Stack, type StackOptions } from "./stack.ts";
