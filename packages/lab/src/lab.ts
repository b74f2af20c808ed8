import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AppError, invalidField } from "@breakwater/protocol";
import { identifyProcess } from "@breakwater/suricata";
import { type Lab, labDevices, labHandle } from "./lab-handle.ts";
import { type LabNames, labNames, MAX_LAB_DEVICES } from "./lab-names.ts";
import { type LabState, type LabStateStore, labStateStore } from "./lab-state.ts";
import { namespaceInode } from "./namespaces.ts";
import { describeOwner, isAbandoned, removeAbandonedLabs, removeLab } from "./remove-lab.ts";
import { requireLab } from "./requirements.ts";
import { startLabServer } from "./start-lab-server.ts";
import { connectDevice, createNamespace } from "./topology.ts";

export type LabLog = { info: (message: string) => void };

export type LabOptions = {
  /** 1 to 24 lower-case letters, digits and hyphens; labs of different names do not meet. */
  name: string;
  /** How many inline devices, 1 to 16. */
  devices?: number;
  /** For log files. Created when absent, and left behind. */
  dir: string;
  log?: LabLog;
  /** Stays up when this process ends, until `down`. Otherwise the next lab removes it then. */
  keep?: boolean;
  stateDirectory?: string;
};

/**
 * Builds client, devices and server in network namespaces, with their wires and
 * servers. Without an inline engine nothing passes. Removes leftovers of a lab of the
 * same name first, and of others whose process died.
 * @throws AppError `Unavailable` when this machine cannot run a lab, `Conflict` when another process uses the name.
 */
export async function createLab(options: LabOptions): Promise<Lab> {
  const { name, devices = 1, dir, log } = options;
  const names = labNames(name);
  checkDeviceCount(devices);
  requireLab();
  const store = labStateStore(options.stateDirectory);
  refuseForeignLab(store.read(name));
  for (const abandoned of await removeAbandonedLabs(store)) {
    log?.info(`removed what lab ${abandoned} left behind`);
  }
  await removeLab(name, store);
  mkdirSync(dir, { recursive: true });
  const state = newState(options, devices);
  try {
    await build(state, names, store);
  } catch (error) {
    await removeLab(name, store);
    throw error;
  }
  log?.info(`lab ${name} is up with ${devices} device(s)`);
  return labHandle(state, names, store);
}

/** The lab of that name, if it is up: for commands that come after `lab up`. */
export function openLab(name: string, stateDirectory?: string): Lab | undefined {
  const store = labStateStore(stateDirectory);
  const names = labNames(name);
  const state = store.read(name);
  return state?.ready === true ? labHandle(state, names, store) : undefined;
}

/** Takes a lab down whoever made it, in whatever state it is; absent is done. */
export async function removeLabByName(name: string, stateDirectory?: string): Promise<void> {
  requireLab();
  await removeLab(name, labStateStore(stateDirectory));
}

function newState({ name, dir, keep = false }: LabOptions, deviceCount: number): LabState {
  const owner = keep ? undefined : identifyProcess(process.pid);
  return {
    name,
    deviceCount,
    directory: dir,
    ...(owner === undefined ? {} : { owner }),
    namespaces: [],
    processes: [],
    ready: false,
  };
}

async function build(state: LabState, names: LabNames, store: LabStateStore): Promise<void> {
  const devices = labDevices(names, state.deviceCount);
  for (const namespace of [names.client, names.server, ...devices.map(({ netns }) => netns)]) {
    const record: LabState["namespaces"][number] = { name: namespace };
    state.namespaces.push(record);
    store.write(state);
    await createNamespace(namespace);
    const inode = namespaceInode(namespace);
    if (inode !== undefined) record.inode = inode;
    store.write(state);
  }
  for (const { number } of devices) await connectDevice(names, number);
  await startLabServer({
    lab: state.name,
    namespace: names.server,
    deviceCount: state.deviceCount,
    logFile: join(state.directory, "lab-server.log"),
    onSpawn: (identity) => {
      state.processes.push({ what: "lab server", identity });
      store.write(state);
    },
  });
  state.ready = true;
  store.write(state);
}

function checkDeviceCount(devices: number): void {
  if (Number.isInteger(devices) && devices >= 1 && devices <= MAX_LAB_DEVICES) return;
  const remedy = `Use a whole number from 1 to ${MAX_LAB_DEVICES}`;
  throw invalidField("devices", String(devices), "is not a possible number of devices", remedy);
}

function refuseForeignLab(state: LabState | undefined): void {
  if (state?.owner === undefined || isAbandoned(state) || state.owner.pid === process.pid) return;
  throw new AppError(
    "Conflict",
    `Lab ${state.name} is in use by process ${describeOwner(state)}. Stop it, or choose another lab name.`,
  );
}
