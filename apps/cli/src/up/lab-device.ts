import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AgentConfigInput } from "@breakwater/agent";
import {
  createLab,
  type Lab,
  type LabDevice,
  labStatus,
  missingRequirements,
  openLab,
  thisMachine,
} from "@breakwater/lab";
import { openIdentityStore } from "@breakwater/pki";
import { AppError, type Device, messageOf } from "@breakwater/protocol";
import { isProtecting, LAB_MODEL, pickLabDevice } from "./lab-device-state.ts";
import { type Clients, deviceToken } from "./provision.ts";
import { note, readNotes } from "./setup-notes.ts";
import { stackFolders } from "./stack-folders.ts";
import { superviseServer, type Tools } from "./supervise-server.ts";
import type { UpOptions } from "./up-options.ts";

const DEVICE_NAME = "lab-device-1";
const IN_FORCE_WITHIN_MS = 180_000;

/** What there is before the servers run: nothing but problems, or a place, and maybe its agent. */
export type LabDevicePreparation =
  | { problems: readonly string[] }
  | { problems: undefined; place: LabDevice; agentRuns: boolean };

/**
 * Builds the lab and, when the device is enrolled already, starts its agent: it enforces what it has
 * before any server runs. Never rejects: hub and SMS are worth having without a lab.
 */
export async function prepareLabDevice(
  options: UpOptions,
  tools: Tools,
): Promise<LabDevicePreparation> {
  const missing = missingRequirements(thisMachine());
  if (missing.length > 0) {
    return { problems: missing.map(({ reason, remedy }) => `${reason}: ${remedy ?? ""}`) };
  }
  return await orProblems(tools, async () => {
    const lab = await tools.screen.during("Lab", () => openOrCreate(options, tools));
    const [place] = lab.devices;
    if (place === undefined) throw new Error("the lab has no device");
    tools.stopping.throwIfAborted();
    const agentRuns = await isEnrolled(options);
    if (agentRuns) await startAgent(place, options, undefined, tools);
    return { problems: undefined, place, agentRuns };
  });
}

/**
 * Enrols the device with a one-time token if need be, and waits until it protects.
 *
 * @returns what keeps the lab from running on this machine; nothing when it runs
 */
export async function finishLabDevice(
  prepared: LabDevicePreparation,
  options: UpOptions,
  clients: Clients,
  tools: Tools,
): Promise<readonly string[]> {
  if (prepared.problems !== undefined) return prepared.problems;
  const { place, agentRuns } = prepared;
  const done = await orProblems(tools, async () => {
    if (!agentRuns) await startAgent(place, options, await deviceToken(clients), tools);
    tools.stopping.throwIfAborted();
    await tools.screen.during(
      "Protection",
      () => protect(options, clients, tools.stopping),
      ({ set, name }) => `${set?.inForce ?? 0} entries in force on ${name}`,
    );
    return { problems: [] };
  });
  return done.problems;
}

async function orProblems<T>(
  { log }: Tools,
  work: () => Promise<T>,
): Promise<T | { problems: readonly string[] }> {
  try {
    return await work();
  } catch (error) {
    log.error({ err: error }, "the lab did not come up");
    return { problems: [messageOf(error)] };
  }
}

function agentFolder({ dataFolder }: UpOptions): string {
  return stackFolders(dataFolder).agent;
}

/** Whether the agent has a certificate; a first enrolment that was cut short left only a key. */
async function isEnrolled(options: UpOptions): Promise<boolean> {
  const folder = join(agentFolder(options), "identity");
  if (!existsSync(folder)) return false;
  return (await openIdentityStore(folder)).current() !== undefined;
}

/** A lab that a killed supervisor left is used again: its engine has gone on blocking meanwhile. */
async function openOrCreate(options: UpOptions, { log, onStop }: Tools): Promise<Lab> {
  const name = options.labName;
  const existing = labStatus(name).state === "up" ? openLab(name) : undefined;
  const lab =
    existing ??
    (await createLab({
      name,
      dir: stackFolders(options.dataFolder).lab,
      log: { info: (message) => log.info(message) },
      keep: true,
    }));
  onStop("lab", () => lab.down());
  return lab;
}

async function startAgent(
  place: LabDevice,
  options: UpOptions,
  token: string | undefined,
  tools: Tools,
): Promise<void> {
  const agent = superviseServer("agent", options, tools, () =>
    agentConfiguration(place, agentFolder(options), token),
  );
  await tools.screen.during("Agent", () => agent.start());
}

function agentConfiguration(
  { interfaceA, interfaceB, netns }: LabDevice,
  dataDirectory: string,
  token: string | undefined,
): AgentConfigInput {
  return {
    dataDirectory,
    interfaces: [interfaceA, interfaceB],
    netns,
    name: DEVICE_NAME,
    model: LAB_MODEL,
    engineOnStop: "stop",
    ...(token === undefined ? {} : { token }),
  };
}

/** Makes sure that the device has a profile the first time, and waits until it confirms. */
async function protect(
  options: UpOptions,
  clients: Clients,
  stopping: AbortSignal,
): Promise<Device> {
  const isThere = (device: Device) => device.connected;
  const device = await untilDevice(clients, stopping, isThere, "connect");
  const { profileDistributed } = readNotes(options.dataFolder);
  if (device.profile.desired === null && !profileDistributed) {
    await clients.sms("POST /api/v1/distributions", {
      body: { profile: device.profile.id, note: "breakwater up" },
    });
    note(options.dataFolder, { profileDistributed: true });
  }
  return await untilDevice(clients, stopping, isProtecting, "have its profile in force");
}

async function untilDevice(
  clients: Clients,
  stopping: AbortSignal,
  reached: (device: Device) => boolean,
  what: string,
): Promise<Device> {
  const deadline = Date.now() + IN_FORCE_WITHIN_MS;
  let seen: Device | undefined;
  while (Date.now() < deadline) {
    seen = pickLabDevice((await clients.sms("GET /api/v1/devices")).items);
    if (seen !== undefined && reached(seen)) return seen;
    await sleep(100, undefined, { signal: stopping });
  }
  const reasons = seen?.healthReasons.join("; ") ?? "it is not in the inventory";
  throw new AppError(
    "Unavailable",
    `${seen?.name ?? DEVICE_NAME} did not ${what} in time: ${reasons}`,
  );
}
