import type { HttpApp } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import {
  type DistributedObject,
  type DistributionTarget,
  type DistributionTargetId,
  HubObjectType,
  hubApi,
} from "@breakwater/protocol";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import type { DistributionContext } from "./distribution-context.ts";
import {
  changeTarget,
  createTarget,
  deleteTarget,
  keptPassword,
  noTarget,
  passwordNeeded,
} from "./save-target.ts";
import type { SentObject } from "./sent-object.ts";
import { countSent, listSent, retryRefused } from "./sent-store.ts";
import { checkTargetAddress } from "./target-address.ts";
import { passwordPlace } from "./target-secret.ts";
import {
  endPause,
  findTarget,
  listTargets,
  lockTarget,
  type TargetOverview,
} from "./target-store.ts";
import { testTarget } from "./test-connection.ts";

const MOST_COUNTED = 100_000;
const Cursor = z.object({ type: HubObjectType, value: z.string() });

/** The Object distribution page. */
export function registerDistribution(app: HttpApp, context: DistributionContext): void {
  const { db, clock, secrets, audit, distributor } = context;

  app.route(hubApi, "GET /hub/v1/object-distribution/targets", async () => ({
    items: (await listTargets(db)).map(toTarget),
  }));

  app.route(
    hubApi,
    "POST /hub/v1/object-distribution/targets",
    async ({ body, principal, source }) =>
      readTarget(context, await createTarget(context, body, { principal, source })),
  );

  app.route(
    hubApi,
    "PUT /hub/v1/object-distribution/targets/{id}",
    async ({ params, body, principal, source }) => {
      await changeTarget(context, params.id, body, { principal, source });
      return readTarget(context, params.id);
    },
  );

  app.route(
    hubApi,
    "DELETE /hub/v1/object-distribution/targets/{id}",
    async ({ params, principal, source }) => {
      await deleteTarget(context, params.id, { principal, source });
      return undefined;
    },
  );

  app.route(
    hubApi,
    "POST /hub/v1/object-distribution/targets/{id}/retry",
    async ({ params: { id }, body, principal, source }) => {
      const retried = await transaction(db, async (tx) => {
        const target = await lockTarget(tx, id);
        if (target === undefined) throw noTarget(id);
        await endPause(tx, id);
        const count = await retryRefused(tx, id, body.objects, clock.now());
        await audit(tx, {
          action: "object-distribution.retry",
          object: target.name,
          by: { principal, source },
          after: { objects: count },
        });
        return count;
      });
      distributor.wake();
      return { retried };
    },
  );

  app.route(
    hubApi,
    "GET /hub/v1/object-distribution/targets/{id}/objects",
    async ({ params, query }) => {
      if ((await findTarget(db, params.id)) === undefined) throw noTarget(params.id);
      const listing = { target: params.id, q: query.q, state: query.state };
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, Cursor);
      const rows = await listSent(db, listing, after, query.limit + 1);
      const page = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? page.at(-1) : undefined;
      return {
        items: page.map(toDistributedObject),
        total: await countSent(db, listing, MOST_COUNTED),
        ...(last === undefined
          ? {}
          : { nextCursor: encodeCursor({ type: last.type, value: last.value }) }),
      };
    },
  );

  app.route(hubApi, "POST /hub/v1/object-distribution/test", async ({ body }) => {
    checkTargetAddress(body.address);
    const { id, password, ...server } = body;
    if (password !== undefined) return testTarget({ ...server, password });
    const known = id === undefined ? undefined : await findTarget(db, id);
    if (id !== undefined && known === undefined) throw noTarget(id);
    if (known === undefined) throw passwordNeeded();
    const stored = secrets.open(keptPassword(known, server), passwordPlace(known.id));
    return testTarget({ ...server, password: stored });
  });
}

async function readTarget(
  { db }: DistributionContext,
  id: DistributionTargetId,
): Promise<DistributionTarget> {
  const target = (await listTargets(db)).find((one) => one.id === id);
  if (target === undefined) throw noTarget(id);
  return toTarget(target);
}

function toTarget(target: TargetOverview): DistributionTarget {
  const { id, name, enabled, address, port, tls, userName, types, risk, sendTtl } = target;
  const isFailing = enabled && target.failures > 0;
  return {
    id,
    name,
    enabled,
    address,
    port,
    tls,
    userName,
    types,
    risk,
    sendTtl,
    state: stateOf(target),
    lastError: isFailing ? target.lastError : null,
    lastSuccess: target.lastSuccess?.toISOString() ?? null,
    nextTry: isFailing ? (target.nextTry?.toISOString() ?? null) : null,
    objects: { sent: target.sent, waiting: target.waiting, refused: target.refused },
  };
}

function stateOf(target: TargetOverview): DistributionTarget["state"] {
  if (!target.enabled) return "disabled";
  if (target.failures > 0) return "failing";
  return target.behind || target.waiting > 0 ? "catching-up" : "in-sync";
}

function toDistributedObject(object: SentObject): DistributedObject {
  const { type, value, riskLevel, wanted, attempts, error } = object;
  return {
    type,
    value,
    riskLevel,
    wanted,
    attempts,
    error,
    state: objectState(object),
    sent: object.sent === null ? null : new Date(object.sent).toISOString(),
    nextTry: object.settled ? null : new Date(object.nextTry).toISOString(),
  };
}

function objectState({ settled, wanted, error }: SentObject): DistributedObject["state"] {
  if (settled) return wanted ? "sent" : "deleted";
  return error === null ? "waiting" : "refused";
}
