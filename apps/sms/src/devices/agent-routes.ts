import {
  type Call,
  type Clock,
  type HttpApp,
  type Principal,
  SYSTEM_PRINCIPAL,
} from "@breakwater/platform";
import {
  AppError,
  agentApi,
  DeviceId,
  type DeviceReport,
  type EventBatch,
  type SetId,
  type Sha256,
} from "@breakwater/protocol";
import type { Db } from "../database.ts";
import {
  SNAPSHOT_ENCODINGS,
  type SnapshotCache,
  type SnapshotEncoding,
} from "../reputation/index.ts";
import { openStream, type StreamDeps } from "./open-stream.ts";
import { readSetChanges } from "./read-set-changes.ts";
import { type ReportDeps, ReportReceiver } from "./receive-report.ts";
import { mayReadSet } from "./store.ts";

export type AgentRoutes = StreamDeps &
  ReportDeps & {
    db: Db;
    clock: Clock;
    snapshots: SnapshotCache;
    bundle: (device: DeviceId, sha256: Sha256) => Promise<Buffer | undefined>;
    ingest: (device: DeviceId, batch: EventBatch) => Promise<number>;
  };

/** What devices use, on their own listener. */
export function registerAgentApi(app: HttpApp, deps: AgentRoutes): void {
  const reports = new ReportReceiver(deps);

  app.route(agentApi, "GET /agent/v1/stream", async ({ principal, query, reply }) => {
    await openStream(deps, deviceOf(principal), query, reply);
    return reply;
  });

  app.route(agentApi, "GET /agent/v1/bundles/{sha256}", async ({ principal, params, reply }) => {
    const bytes = await deps.bundle(deviceOf(principal), params.sha256);
    if (bytes === undefined) throw new AppError("NotFound", "This device has no such bundle.");
    return reply.type("application/json").header("etag", `"${params.sha256}"`).send(bytes);
  });

  app.route(agentApi, "GET /agent/v1/sets/{id}/snapshot", async (call) =>
    sendSnapshot(deps, deviceOf(call.principal), call.params.id, call),
  );

  app.route(agentApi, "GET /agent/v1/sets/{id}/changes", ({ principal, params, query }) =>
    readSetChanges(deps, deviceOf(principal), params.id, query.version),
  );

  app.route(agentApi, "POST /agent/v1/state", async ({ principal, body }) => {
    const report: DeviceReport = body;
    const time = await reports.receive(deviceOf(principal), report);
    return { time: time.toISOString() };
  });

  app.route(agentApi, "POST /agent/v1/events", async ({ principal, body }) => ({
    next: await deps.ingest(deviceOf(principal), body),
  }));
}

async function sendSnapshot(
  deps: AgentRoutes,
  device: DeviceId,
  set: SetId,
  { request, reply }: Pick<Call<unknown>, "request" | "reply">,
): Promise<Call<unknown>["reply"]> {
  const encoding = chooseEncoding(request.headers["accept-encoding"]);
  const snapshot = (await mayReadSet(deps.db, device, set))
    ? await deps.snapshots.get(set, encoding)
    : undefined;
  if (snapshot === undefined) throw new AppError("NotFound", "This device has no such set.");
  const { position, file, size } = snapshot;
  if (encoding !== "identity") void reply.header("content-encoding", encoding);
  return reply
    .type("application/octet-stream")
    .header("etag", `"${position.set}-${position.version}"`)
    .header("content-length", size)
    .send(file.createReadStream());
}

function chooseEncoding(header: string | string[] | undefined): SnapshotEncoding {
  const accepted = String(header ?? "").toLowerCase();
  return SNAPSHOT_ENCODINGS.find((one) => accepted.includes(one)) ?? "identity";
}

function deviceOf(principal: Principal | undefined): DeviceId {
  return DeviceId.parse((principal ?? SYSTEM_PRINCIPAL).id);
}
