export { type DeviceAddresses, deviceAddresses } from "./lab-addresses.ts";
export {
  createLab,
  type Lab,
  type LabDevice,
  type LabLog,
  type LabOptions,
  type LabPlace,
  type LabStatus,
  labStatus,
  openLab,
  removeLabByName,
} from "./lab.ts";
export { LAB_FILES, type LabFile } from "./lab-server/lab-files.ts";
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
