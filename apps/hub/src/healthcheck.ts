import type { HttpApp } from "@breakwater/platform";
import { visionOneApi } from "./vision-one/vision-one-api.ts";

export function registerHealthcheck(app: HttpApp): void {
  app.route(visionOneApi, "GET /v3.0/healthcheck/connectivity", async () => ({
    status: "available" as const,
  }));
}
