import { isSameProcess } from "@breakwater/suricata";
import { type LabDevice, labDevices } from "./lab-handle.ts";
import { labNames } from "./lab-names.ts";
import { labStateStore } from "./lab-state.ts";
import { namespaceInode } from "./namespaces.ts";

export type LabStatus = {
  state: "up" | "down" | "broken";
  devices: readonly LabDevice[];
  /** What is wrong with a broken lab. */
  problems: readonly string[];
};

export function labStatus(name: string, stateDirectory?: string): LabStatus {
  const names = labNames(name);
  const state = labStateStore(stateDirectory).read(name);
  if (state === undefined) return { state: "down", devices: [], problems: [] };
  const problems = [
    ...(state.ready ? [] : ["building it did not finish"]),
    ...state.namespaces
      .filter(({ name: namespace, inode }) => namespaceInode(namespace) !== inode)
      .map(({ name: namespace }) => `namespace ${namespace} is gone`),
    ...state.processes
      .filter(({ identity }) => !isSameProcess(identity))
      .map(({ what }) => `the ${what} is not running`),
  ];
  const devices = labDevices(names, state.deviceCount);
  return { state: problems.length === 0 ? "up" : "broken", devices, problems };
}
