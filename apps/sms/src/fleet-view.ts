import type { SmsContext } from "./context.ts";
import { exceptionsOf, fleetTargets } from "./devices/index.ts";
import { listSetUses } from "./distribution/index.ts";
import {
  type FleetView,
  reputationRevision,
  sourceNames,
  unliftedSets,
} from "./reputation/index.ts";

/** What the reputation database needs to know of devices and profiles, read for one request. */
export async function fleetView({
  db,
  push,
  reputation: { liveSets },
}: Pick<SmsContext, "db" | "push" | "reputation">): Promise<FleetView> {
  // First: what is read afterwards is at least as new.
  const revision = await reputationRevision(db);
  const [targets, uses, sets, unlifted, names] = await Promise.all([
    fleetTargets(db, (device) => push.isConnected(device)),
    listSetUses(db),
    liveSets.current(db),
    unliftedSets(db, liveSets),
    sourceNames(db),
  ]);
  const reported: FleetView["exceptionsOf"] = (keys) => exceptionsOf(db, keys);
  return { revision, targets, uses, sets, unlifted, names, exceptionsOf: reported };
}
