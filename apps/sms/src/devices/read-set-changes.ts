import { AppError, type DeviceId, type SetChanges, type SetId } from "@breakwater/protocol";
import type { Db } from "../database.ts";
import { plain } from "./push/agent-stream.ts";
import { deltaSince } from "./push/delta-since.ts";
import type { PushHub } from "./push/push-hub.ts";
import { mayReadSet } from "./store.ts";

export type SetChangesDeps = { db: Db; push: PushHub };

/**
 * A device asks whether it has missed something. While it follows the set and nothing has changed,
 * the answer comes from memory, whatever the size of the set.
 * @throws AppError `NotFound` for a set that is not the device's
 */
export async function readSetChanges(
  { db, push }: SetChangesDeps,
  device: DeviceId,
  set: SetId,
  version: number,
): Promise<SetChanges> {
  const followed = push.followedPosition(device, set);
  if (followed?.version === version) return { position: followed, delta: null };
  const mayRead = followed !== undefined || (await mayReadSet(db, device, set));
  const since = mayRead ? await push.changesSince(set, version) : undefined;
  if (since === undefined) throw new AppError("NotFound", "This device has no such set.");
  const position = plain(since.position);
  if (position.version === version) return { position, delta: null };
  return { position, delta: deltaSince(version, since) ?? null };
}
