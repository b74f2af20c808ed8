import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { type DeviceAddresses, deviceAddresses } from "./lab-addresses.ts";
import type { LabNames } from "./lab-names.ts";
import type { LabState, LabStateStore } from "./lab-state.ts";
import {
  type RequestOptions,
  type RequestResult,
  type ResolveOptions,
  type ResolveResult,
  requestFrom,
  resolveFrom,
} from "./probe.ts";
import { removeLab } from "./remove-lab.ts";
import { type CommandResult, inNamespace, runCommand } from "./run-command.ts";

/** Where an engine of device `number` belongs: its namespace and the two ends to connect. */
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
  /** Names of the two outer namespaces. */
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

export function labHandle(state: LabState, names: LabNames, store: LabStateStore): Lab {
  const placed = (place: LabPlace, file: string, args: readonly string[]) =>
    inNamespace(namespaceOf(names, place), [file, ...args]);
  const run: Lab["run"] = (place, file, args) => {
    const command = placed(place, file, args);
    return runCommand(command.file, command.args);
  };
  return {
    name: state.name,
    devices: labDevices(names, state.deviceCount),
    client: names.client,
    server: names.server,
    curl: (args) => run("client", "curl", args),
    dig: (args) => run("client", "dig", args),
    request: (options) => requestFrom(names.client, options),
    resolve: (options) => resolveFrom(names.client, options),
    spawn: (place, file, args, options = {}) => {
      const command = placed(place, file, args);
      return spawn(command.file, command.args, options);
    },
    run,
    down: () => removeLab(state.name, store),
  };
}

export function labDevices(names: LabNames, count: number): LabDevice[] {
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
