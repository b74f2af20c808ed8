import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AppError, invalidField } from "@breakwater/protocol";
import { type DeviceAddresses, deviceAddresses } from "./lab-addresses.ts";
import { type LabNames, labNames, MAX_LAB_DEVICES } from "./lab-names.ts";
import { type LabState, type LabStateStore, labStateStore } from "./lab-state.ts";
import { namespaceInode } from "./namespaces.ts";
import {
  type RequestOptions,
  type RequestResult,
  requestFrom,
  type ResolveOptions,
  type ResolveResult,
  resolveFrom,
} from "./probe.ts";
import { identifyProcess, isSameProcess } from "@breakwater/suricata";
import { describeOwner, isAbandoned, removeAbandonedLabs, removeLab } from "./remove-lab.ts";
import { requireLab } from "./requirements.ts";
import { type CommandResult, runCommand } from "./run-command.ts";
import { startLabServer } from "./start-lab-server.ts";
import { connectDevice, createNamespace } from "./topology.ts";

export type LabLog = { info: (message: string) => void };

export type LabOptions = {
  name: string;
  /** How many inline devices, 1 to 16. */
  devices?: number;
  /** For log files. Created when absent, and left behind. */
  dir: string;
  log?: LabLog;
  /** Survives this process, until `down`. Otherwise the lab belongs to this process. */
  keep?: boolean;
  stateDirectory?: string;
};

/** Where an engine of device `number` belongs: its namespace and the two ends to bridge. */
export type LabDevice = {
  number: number;
  netns: string;
  interfaceA: string;
  interfaceB: string;
  addresses: DeviceAddresses;
};

export type LabPlace = "client" | "server" | { device: number };

export type Lab = {
  name: string;
  devices: readonly LabDevice[];
  client: string;
  server: string;
  /** Runs curl in the client namespace with exactly these arguments. */
  curl: (args: readonly string[]) => Promise<CommandResult>;
  dig: (args: readonly string[]) => Promise<CommandResult>;
  request: (options: RequestOptions) => Promise<RequestResult>;
  resolve: (options: ResolveOptions) => Promise<ResolveResult>;
  /** A program of the caller's inside the lab; `down` ends what is still running. */
  spawn: (
    place: LabPlace,
    file: string,
    args: readonly string[],
    options?: SpawnOptions,
  ) => ChildProcess;
  run: (place: LabPlace, file: string, args: readonly string[]) => Promise<CommandResult>;
  down: () => Promise<void>;
};

/**
 * Builds client, devices and server in network namespaces, with their wires and
 * servers. Without an inline engine nothing passes. Removes leftovers of a lab of
 * the same name first, and of others whose process died.
 * @throws AppError `Unavailable` when this machine cannot run a lab, `Conflict` when another process uses the name.
 */
export async function createLab(options: LabOptions): Promise<Lab> {
  const { name, devices = 1, dir, log, keep = false } = options;
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
  const owner = keep ? undefined : identifyProcess(process.pid);
  const state: LabState = {
    name,
    deviceCount: devices,
    directory: dir,
    ...(owner === undefined ? {} : { owner }),
    namespaces: [],
    processes: [],
    ready: false,
  };
  try {
    await build(state, names, store, log);
  } catch (error) {
    await removeLab(name, store);
    throw error;
  }
  return labHandle(state, names, store);
}

/** The lab of that name, if it is up: for commands that come after `lab up`. */
export function openLab(name: string, stateDirectory?: string): Lab | undefined {
  const store = labStateStore(stateDirectory);
  const names = labNames(name);
  const state = store.read(name);
  return state?.ready === true ? labHandle(state, names, store) : undefined;
}

export async function removeLabByName(name: string, stateDirectory?: string): Promise<void> {
  requireLab();
  await removeLab(name, labStateStore(stateDirectory));
}

export type LabStatus = {
  state: "up" | "down" | "broken";
  devices: readonly LabDevice[];
  /** What is missing of a broken lab. */
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

async function build(
  state: LabState,
  names: LabNames,
  store: LabStateStore,
  log: LabLog | undefined,
): Promise<void> {
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
  log?.info(`lab ${state.name} is up with ${devices.length} device(s)`);
}

function labHandle(state: LabState, names: LabNames, store: LabStateStore): Lab {
  const inNamespace = (place: LabPlace, file: string, args: readonly string[]) => [
    "netns",
    "exec",
    namespaceOf(names, place),
    file,
    ...args,
  ];
  const run: Lab["run"] = (place, file, args) => runCommand("ip", inNamespace(place, file, args));
  return {
    name: state.name,
    devices: labDevices(names, state.deviceCount),
    client: names.client,
    server: names.server,
    curl: (args) => run("client", "curl", args),
    dig: (args) => run("client", "dig", args),
    request: (options) => requestFrom(names.client, options),
    resolve: (options) => resolveFrom(names.client, options),
    spawn: (place, file, args, options = {}) =>
      spawn("ip", inNamespace(place, file, args), options),
    run,
    down: () => removeLab(state.name, store),
  };
}

function labDevices(names: LabNames, count: number): LabDevice[] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    netns: names.device(index + 1),
    interfaceA: names.link("a", index + 1),
    interfaceB: names.link("b", index + 1),
    addresses: deviceAddresses(index + 1),
  }));
}

function namespaceOf(names: LabNames, place: LabPlace): string {
  if (place === "client") return names.client;
  if (place === "server") return names.server;
  return names.device(place.device);
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
