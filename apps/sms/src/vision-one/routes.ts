import type { Clock, HttpApp } from "@breakwater/platform";
import { AppError, visionOneApi } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import type { Db } from "../database.ts";
import { viewConnection } from "./connection-view.ts";
import type { HubSeat } from "./hub-seat.ts";
import { testConnectivity } from "./test-connectivity.ts";

export type VisionOneRoutes = { db: Db; clock: Clock; hub: HubSeat };

export function registerVisionOne(app: HttpApp, { db, clock, hub }: VisionOneRoutes): void {
  app.route(visionOneApi, "GET /api/v1/vision-one", async () => viewConnection(db, hub));

  app.route(visionOneApi, "POST /api/v1/vision-one/connect", async (call) => {
    await (await hub.take()).connect(call.body.token, actorOf(call)).catch(rethrowAsInput);
    return viewConnection(db, hub);
  });

  app.route(visionOneApi, "PUT /api/v1/vision-one/settings", async (call) => {
    await (await hub.take()).saveSettings(call.body, actorOf(call));
    return viewConnection(db, hub);
  });

  app.route(visionOneApi, "POST /api/v1/vision-one/disconnect", async (call) => {
    await (await hub.take()).disconnect(actorOf(call));
    return viewConnection(db, hub);
  });

  app.route(visionOneApi, "POST /api/v1/vision-one/test", async () => {
    const visionOne = await hub.take();
    return testConnectivity(visionOne.identity, visionOne.client(), clock);
  });
}

/**
 * A token that the hub refuses is wrong input here. With the hub's own codes (401, 403) clients would
 * take their own credentials for refused, and a console would log its user out.
 */
function rethrowAsInput(error: unknown): never {
  if (!(error instanceof AppError)) throw error;
  const { code, message, details } = error;
  if (code !== "NotAuthenticated" && code !== "PermissionDenied" && code !== "CertificateRefused") {
    throw error;
  }
  throw new AppError("Unprocessable", message, { cause: error, details });
}
