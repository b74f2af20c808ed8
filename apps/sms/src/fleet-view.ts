import type { SmsContext } from "./context.ts";
import { exceptionsOf, fleetTargets } from "./devices/index.ts";
import { listSetUses } from "./distribution/index.ts";
import { type FleetView, sourceNames, unliftedSets } from "./reputation/index.ts";

/** What the reputation database needs to know of devices and profiles, read for one request. */
export async function fleetView({
  db,
  push,
  reputation: { liveSets },
}: Pick<SmsContext, "db" | "push" | "reputation">): Promise<FleetView> {
  const [targets, uses, sets, unlifted, names] = await Promise.all([
    fleetTargets(db, (device) => push.isConnected(device)),
    listSetUses(db),
    liveSets.current(db),
    unliftedSets(db, liveSets),
    sourceNames(db),
  ]);
  return { targets, uses, sets, unlifted, names, exceptionsOf: (keys) => exceptionsOf(db, keys) };
}
