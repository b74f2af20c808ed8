import { type Call, type Clock, NdjsonStream } from "@breakwater/platform";
import { AGENT_CAPABILITY, type DeviceId, type SetId } from "@breakwater/protocol";
import type { Db } from "../database.ts";
import { oneSet } from "../reputation/index.ts";
import { deviceName } from "./device-name.ts";
import { AgentStream, plain } from "./push/agent-stream.ts";
import type { PushHub } from "./push/push-hub.ts";
import { deviceRemoved } from "./receive-report.ts";
import { desiredOf, findDevice, touchDevice } from "./store.ts";

export type StreamDeps = {
  db: Db;
  clock: Clock;
  push: PushHub;
  /** Gives a device without a bundle what its profile was last distributed as. */
  provide: (device: DeviceId) => Promise<void>;
};

export type StreamQuery = { set?: SetId | undefined; version?: number | undefined };

/** Answers with the device's push stream: hello first, then what it has missed, then what comes. */
export async function openStream(
  deps: StreamDeps,
  device: DeviceId,
  query: StreamQuery,
  reply: Call<unknown>["reply"],
): Promise<void> {
  await deps.provide(device);
  const [desired] = await desiredOf(deps.db, [device]);
  const row = await findDevice(deps.db, device);
  if (desired === undefined || row === undefined) throw deviceRemoved();
  const position = desired.set === null ? undefined : await oneSet(deps.db, desired.set);
  const now = deps.clock.now();
  await touchDevice(deps.db, device, now);

  reply.hijack();
  // The agent may have gone meanwhile: then no end will be heard of.
  if (reply.raw.destroyed || reply.request.raw.destroyed) return;
  const lines = new NdjsonStream(reply.raw, { onClose: () => deps.push.remove(stream) });
  const stream = new AgentStream(device, lines);
  stream.offered = desired.offer?.distribution ?? null;
  stream.send({
    t: "hello",
    capability: AGENT_CAPABILITY,
    device,
    deviceName: deviceName(device, row.given_name, row.report?.name),
    time: now.toISOString(),
    bundle: desired.offer,
    position: position === undefined ? null : plain(position),
  });
  deps.push.add(stream);
  if (stream.closed) return deps.push.remove(stream);
  await followSets(deps, stream, desired.set, query);
  // Distributed between the look-up and the registration: nobody told it.
  await deps.push.offerBundles([device]);
}

async function followSets(
  deps: StreamDeps,
  stream: AgentStream,
  desired: SetId | null,
  query: StreamQuery,
): Promise<void> {
  const { set, version } = query;
  const having = set === undefined || version === undefined ? undefined : { set, version };
  // What it enforces now is kept up to date until it has switched to the desired set.
  if (having !== undefined && having.set !== desired && (await oneSet(deps.db, having.set))) {
    await deps.push.follow(stream, having.set, having.version);
  }
  if (desired === null) return;
  const known = having?.set === desired ? having.version : "nothing";
  await deps.push.follow(stream, desired, known);
}
