export {
  createLab,
  type LabLog,
  type LabOptions,
  openLab,
  removeLabByName,
} from "./lab.ts";
export { type DeviceAddresses, deviceAddresses } from "./lab-addresses.ts";
export type { Lab, LabDevice, LabPlace } from "./lab-handle.ts";
export { LAB_FILES, type LabFile } from "./lab-server/lab-files.ts";
export { type LabStatus, labStatus } from "./lab-status.ts";
export type {
  ProbeResult,
  RequestOptions,
  RequestResult,
  ResolveOptions,
  ResolveResult,
} from "./probe.ts";
export {
  LAB_TOOLS,
  type Machine,
  missingRequirements,
  requireLab,
  thisMachine,
} from "./requirements.ts";
export type { CommandResult } from "./run-command.ts";
