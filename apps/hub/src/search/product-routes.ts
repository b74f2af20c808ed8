import type { Clock, HttpApp } from "@breakwater/platform";
import { ProductId, productApi } from "@breakwater/protocol";
import type { HubDb } from "../database.ts";
import { takeDetections } from "./take-detections.ts";

/** Intake of shared detections from connected products. */
export function registerIntake(app: HttpApp, context: { db: HubDb; clock: Clock }): void {
  app.route(productApi, "POST /product/v1/detections", async ({ body, principal }) => ({
    next: await takeDetections(context, ProductId.parse(principal?.id), body),
  }));
}
