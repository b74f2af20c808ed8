import type { Clock, HttpApp } from "@breakwater/platform";
import { AppError, visionOneApi } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import type { Db } from "../database.ts";
import { viewConnection } from "./connection-view.ts";
import { testConnectivity } from "./test-connectivity.ts";
import type { VisionOne } from "./vision-one.ts";

export type VisionOneRoutes = { db: Db; clock: Clock; visionOne: VisionOne };

export function registerVisionOne(app: HttpApp, { db, clock, visionOne }: VisionOneRoutes): void {
  app.route(visionOneApi, "GET /api/v1/vision-one", async () => viewConnection(db, visionOne));

  app.route(visionOneApi, "POST /api/v1/vision-one/connect", async (call) => {
    await visionOne.connect(call.body.token, actorOf(call)).catch(rethrowAsInput);
    return viewConnection(db, visionOne);
  });

  app.route(visionOneApi, "PUT /api/v1/vision-one/settings", async (call) => {
    await visionOne.saveSettings(call.body, actorOf(call));
    return viewConnection(db, visionOne);
  });

  app.route(visionOneApi, "POST /api/v1/vision-one/disconnect", async (call) => {
    await visionOne.disconnect(actorOf(call));
    return viewConnection(db, visionOne);
  });

  app.route(visionOneApi, "POST /api/v1/vision-one/test", async () =>
    testConnectivity(visionOne.identity, visionOne.client(), clock),
  );
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
