import { randomUUID } from "node:crypto";
import { type Clock, SYSTEM_PRINCIPAL } from "@breakwater/platform";
import { notify, transaction } from "@breakwater/postgres";
import {
  AppError,
  type DeviceId,
  type Distribution,
  DistributionId,
  type Profile,
  type ProfileId,
} from "@breakwater/protocol";
import type { Actor, Audit } from "../audit.ts";
import type { Db, Tx } from "../database.ts";
import { DEVICES_CHANNEL, devicesOfProfile, setDesired } from "../devices/index.ts";
import { findProfile, lockProfile, markDistributed, profileNotFound } from "../profiles/index.ts";
import { ensureSet, type LiveSets } from "../reputation/index.ts";
import { type EncodedBundle, encodeBundle } from "./bundle.ts";
import {
  deviceToServe,
  distributedBundle,
  findDistribution,
  insertBundle,
  insertDistribution,
  setDistributedBundle,
  supersedeRunning,
} from "./store.ts";

export type DistributionDeps = {
  db: Db;
  liveSets: LiveSets;
  clock: Clock;
  audit: Audit;
  /** After commit: these devices have something new to fetch. */
  onDistributed: (devices: readonly DeviceId[]) => void;
};

export type DistributionRequest = {
  profile: ProfileId;
  /** Absent: all devices of the profile. */
  devices?: readonly DeviceId[] | undefined;
  note: string;
  by: Actor;
};

/** Makes the saved state of a profile what its devices should run. */
export async function distribute(
  deps: DistributionDeps,
  request: DistributionRequest,
): Promise<Distribution> {
  const profile = await findProfile(deps.db, request.profile);
  if (profile === undefined) throw profileNotFound();
  // Built before the transaction: it may take long, and it is shared and idempotent.
  const set = await ensureSet(deps, { filters: profile.filters, profile: profile.id });
  const bundle = encodeBundle(profile, set);
  const devices = await chooseDevices(deps.db, request);
  const id = DistributionId.parse(randomUUID());
  const distribution = await transaction(deps.db, async (tx) => {
    const current = await lockProfile(tx, request.profile);
    if (current?.version !== profile.version) {
      throw new AppError(
        "Conflict",
        "The profile was changed meanwhile. Look at it and try again.",
      );
    }
    const created = deps.clock.now();
    await insertBundle(tx, {
      ...bundle,
      profile: profile.id,
      version: profile.version,
      set,
      created,
    });
    await markDistributed(tx, profile.id, profile.version, created);
    await setDistributedBundle(tx, profile.id, bundle.sha256);
    await send(tx, { id, profile, bundle, devices, created, by: request.by, note: request.note });
    const after = { profile: profile.name, version: profile.version, devices: devices.length };
    await deps.audit(tx, {
      by: request.by,
      action: "profile.distribute",
      object: profile.name,
      after,
    });
    return await findDistribution(tx, id);
  });
  deps.onDistributed(devices);
  if (distribution === undefined) throw new Error("the distribution vanished");
  return distribution;
}

/**
 * Gives a device what its profile was last distributed as. The first device of an installation gets
 * the Default profile distributed for the first time. Does nothing when the device has it already.
 */
export async function provideDevice(deps: DistributionDeps, device: DeviceId): Promise<void> {
  const by = { principal: SYSTEM_PRINCIPAL, source: "system" };
  const note = "Automatic: the device is new, or has a new profile.";
  const outcome = await transaction(deps.db, async (tx) => {
    const row = await deviceToServe(tx, device);
    if (row === undefined) return "nothing";
    const bundle = await distributedBundle(tx, row.profile);
    if (bundle === undefined) return row.desired === null ? row.profile : "nothing";
    if (row.desired === bundle.sha256) return "nothing";
    const profile = { id: bundle.profile, version: bundle.version };
    const id = DistributionId.parse(randomUUID());
    await send(tx, { id, profile, bundle, devices: [device], created: deps.clock.now(), by, note });
    return "sent";
  });
  if (outcome === "nothing") return;
  if (outcome === "sent") return deps.onDistributed([device]);
  await distribute(deps, { profile: outcome, devices: [device], note, by });
}

type Sending = {
  id: DistributionId;
  profile: Pick<Profile, "id" | "version">;
  bundle: Pick<EncodedBundle, "sha256">;
  devices: readonly DeviceId[];
  created: Date;
  by: Actor;
  note: string;
};

async function send(tx: Tx, sending: Sending): Promise<void> {
  const { id, profile, bundle, devices, created, by, note } = sending;
  // Devices first, like every report does: two transactions never wait for each other in a ring.
  await setDesired(tx, devices, { distribution: id, bundle: bundle.sha256 });
  await supersedeRunning(tx, devices, created);
  const row = { id, profile: profile.id, version: profile.version, bundle: bundle.sha256, created };
  await insertDistribution(tx, { ...row, createdBy: by.principal.name, note }, devices);
  await notify(tx, DEVICES_CHANNEL);
}

async function chooseDevices(db: Db, request: DistributionRequest): Promise<DeviceId[]> {
  const all = (await devicesOfProfile(db, request.profile)).map((device) => device.id);
  if (request.devices === undefined) return all;
  const foreign = request.devices.find((device) => !all.includes(device));
  if (foreign === undefined) return [...new Set(request.devices)];
  throw new AppError(
    "Unprocessable",
    `devices: ${foreign} is not a device of this profile. Give it the profile first.`,
  );
}
