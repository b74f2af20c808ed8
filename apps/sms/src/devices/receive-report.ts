import type { Clock } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import { AppError, type DeviceId, type DeviceReport, type SetId } from "@breakwater/protocol";
import type { Db, Tx } from "../database.ts";
import { replaceExceptions, saveReport } from "./store.ts";

export type ReportDeps = {
  db: Db;
  clock: Clock;
  /** Moves the progress of a distribution, in the same transaction. */
  onActivation: (
    tx: Tx,
    device: DeviceId,
    activation: NonNullable<DeviceReport["activation"]>,
  ) => Promise<void>;
  /** After commit: the set that the device has in use. */
  onPosition: (device: DeviceId, set: SetId) => void;
};

/** Stores what a device says of itself; the answer acknowledges that it is stored. */
export async function receiveReport(
  deps: ReportDeps,
  device: DeviceId,
  report: DeviceReport,
): Promise<Date> {
  const now = deps.clock.now();
  await transaction(deps.db, async (tx) => {
    if (!(await saveReport(tx, device, report, now))) throw deviceRemoved();
    await replaceExceptions(tx, device, report.exceptions);
    if (report.activation !== undefined) await deps.onActivation(tx, device, report.activation);
  });
  if (report.position !== undefined) deps.onPosition(device, report.position.set);
  return now;
}

export function deviceRemoved(): AppError {
  return new AppError("CertificateRefused", "This device was removed. Enrol it with a new token.");
}
