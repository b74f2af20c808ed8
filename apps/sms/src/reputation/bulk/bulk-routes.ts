import type { HttpApp } from "@breakwater/platform";
import { reputationApi } from "@breakwater/protocol";
import { actorOf } from "../../actor-of.ts";
import type { BulkJobDeps } from "./bulk-job.ts";
import { previewBulk } from "./preview-bulk.ts";
import { type BulkStartDeps, startBulk } from "./start-bulk.ts";

export type BulkRoutes = BulkJobDeps & Pick<BulkStartDeps, "jobs" | "kind">;

export function registerBulkChanges(app: HttpApp, deps: BulkRoutes): void {
  app.route(reputationApi, "POST /api/v1/reputation/entries/bulk-preview", async ({ body }) =>
    previewBulk(deps, body),
  );

  app.route(reputationApi, "POST /api/v1/reputation/entries/bulk", async (call) =>
    startBulk(deps, call.body, actorOf(call)),
  );
}
