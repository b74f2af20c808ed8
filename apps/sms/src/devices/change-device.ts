import type { PeerVerifier } from "@breakwater/pki";
import type { Clock } from "@breakwater/platform";
import { notify, transaction } from "@breakwater/postgres";
import { AppError, type DeviceId, type ProfileId } from "@breakwater/protocol";
import type { Actor, Audit } from "../audit.ts";
import type { Db } from "../database.ts";
import type { CertificateRegistry } from "./certificate-registry.ts";
import { deviceName } from "./device-name.ts";
import { DEVICES_CHANNEL } from "./enroll-device.ts";
import { assignProfile, findDevice, removeDevice, renameDevice } from "./store.ts";

export type DeviceChangeDeps = {
  db: Db;
  clock: Clock;
  audit: Audit;
  registry: CertificateRegistry;
  trustDomain: () => string;
  verifier: () => PeerVerifier;
  /** After commit: the device should get its profile's last distributed version. */
  onAssigned: (device: DeviceId) => void;
};

export type DeviceChange = { name?: string | undefined; profile?: ProfileId | undefined };

export async function changeDevice(
  deps: DeviceChangeDeps,
  id: DeviceId,
  change: DeviceChange,
  by: Actor,
): Promise<void> {
  await transaction(deps.db, async (tx) => {
    const before = await findDevice(tx, id);
    if (before === undefined) throw deviceNotFound();
    if (change.name !== undefined) await renameDevice(tx, id, change.name);
    if (change.profile !== undefined && !(await assignProfile(tx, id, change.profile))) {
      throw new AppError("Unprocessable", "profile: there is no such profile. Choose another.");
    }
    await deps.audit(tx, {
      by,
      action: "device.change",
      object: deviceName(id, before.given_name, before.report?.name),
      before: { name: before.given_name, profile: before.profile },
      after: change,
    });
  });
  if (change.profile !== undefined) deps.onAssigned(id);
}

/** From the commit on no request of the device is accepted; its open connections are cut. */
export async function removeDeviceNow(
  deps: DeviceChangeDeps,
  id: DeviceId,
  by: Actor,
): Promise<void> {
  await transaction(deps.db, async (tx) => {
    const before = await findDevice(tx, id);
    if (before === undefined) throw deviceNotFound();
    await removeDevice(tx, id, deps.clock.now());
    const object = deviceName(id, before.given_name, before.report?.name);
    await deps.audit(tx, { by, action: "device.remove", object, before: { id } });
    await notify(tx, DEVICES_CHANNEL, id);
  });
  await deps.registry.reload();
  deps.verifier().disconnect({ trustDomain: deps.trustDomain(), kind: "device", id });
}

export function deviceNotFound(): AppError {
  return new AppError("NotFound", "There is no such device.");
}
