import type { HttpApp } from "@breakwater/platform";
import { overviewApi } from "@breakwater/protocol";
import { type OverviewFacts, readOverview } from "./read-overview.ts";

export function registerOverview(app: HttpApp, facts: () => Promise<OverviewFacts>): void {
  app.route(overviewApi, "GET /api/v1/overview", async () => readOverview(await facts()));
}
