export { apiKeyFor } from "./api-key.ts";
export { TestDevice, type TestDeviceOptions } from "./device.ts";
export { eventually } from "./eventually.ts";
export { Stack, type StackOptions } from "./stack.ts";
