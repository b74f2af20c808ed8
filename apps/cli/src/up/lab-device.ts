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
import { AppError, type Device, messageOf } from "@breakwater/protocol";
import { type Clients, deviceToken, findDevice } from "./provision.ts";
import { note, readNotes } from "./setup-notes.ts";
import { stackFolders } from "./stack-folders.ts";
import { superviseServer, type Tools } from "./supervise-server.ts";
import type { UpOptions } from "./up-options.ts";

const DEVICE_NAME = "lab-device-1";
const IN_FORCE_WITHIN_MS = 180_000;

/**
 * The lab with one inline device: built, enrolled with a one-time token, and protecting.
 *
 * @returns what keeps it from running on this machine; nothing when it runs
 */
export async function startLabDevice(
  options: UpOptions,
  clients: Clients,
  tools: Tools,
): Promise<string[]> {
  const problems = missingRequirements(thisMachine());
  if (problems.length > 0) {
    return problems.map(({ reason, remedy }) => `${reason}: ${remedy ?? ""}`);
  }
  try {
    await bringUpDevice(options, clients, tools);
    return [];
  } catch (error) {
    // Hub and SMS are worth having without a lab.
    tools.stopping.throwIfAborted();
    tools.log.error({ err: error }, "the lab did not come up");
    return [messageOf(error)];
  }
}

async function bringUpDevice(options: UpOptions, clients: Clients, tools: Tools): Promise<void> {
  const lab = await tools.screen.during("Lab", () => openOrCreate(options, tools));
  const [place] = lab.devices;
  if (place === undefined) throw new Error("the lab has no device");
  tools.stopping.throwIfAborted();
  await tools.screen.during("Agent", () => startAgent(place, options, clients, tools));
  tools.stopping.throwIfAborted();
  await tools.screen.during(
    "Protection",
    () => protect(options, clients, tools.stopping),
    ({ set }) => `${set?.inForce ?? 0} entries in force on ${DEVICE_NAME}`,
  );
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
  clients: Clients,
  tools: Tools,
): Promise<void> {
  const folder = stackFolders(options.dataFolder).agent;
  // The agent ignores the token once it has an identity; a fresh one is needed only until then.
  const enrolled = existsSync(join(folder, "identity"));
  const token = enrolled ? undefined : await deviceToken(clients);
  const agent = superviseServer("agent", options, tools, () =>
    agentConfiguration(place, folder, token),
  );
  await agent.start();
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
    model: "Breakwater lab",
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

function isProtecting({ connected, profile, set }: Device): boolean {
  const current = profile.version !== null && profile.version === profile.desired;
  return connected && current && set !== null && set.version === set.desired;
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
    seen = await findDevice(clients, DEVICE_NAME);
    if (seen !== undefined && reached(seen)) return seen;
    await sleep(100, undefined, { signal: stopping });
  }
  const reasons = seen?.healthReasons.join("; ") ?? "it is not in the inventory";
  throw new AppError("Unavailable", `${DEVICE_NAME} did not ${what} in time: ${reasons}`);
}
