import type { DeviceId, DeviceReport } from "@breakwater/protocol";
import type { Tx } from "../database.ts";
import { nextProgress } from "./progress.ts";
import { findProgress, saveProgress } from "./store.ts";

/** Takes what a device says of the distribution it works on; what it does not know is ignored. */
export async function recordProgress(
  tx: Tx,
  device: DeviceId,
  activation: NonNullable<DeviceReport["activation"]>,
  at: Date,
): Promise<void> {
  const before = await findProgress(tx, activation.distribution, device);
  if (before === undefined) return;
  const next = nextProgress(before, activation);
  if (next !== undefined) await saveProgress(tx, next, at);
}
