export { registerAgentApi } from "./agent-routes.ts";
export { CertificateRegistry } from "./certificate-registry.ts";
export { deviceName } from "./device-name.ts";
export { createEnrolmentPort, DEVICES_CHANNEL, type EnrolmentDeps } from "./enroll-device.ts";
export { fleetTargets } from "./fleet-targets.ts";
export { PushHub } from "./push/push-hub.ts";
export { inventory } from "./routes.ts";
export { countDevices, desiredOf, devicesOfProfile, exceptionsOf, setDesired } from "./store.ts";
