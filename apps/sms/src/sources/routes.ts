import type { HttpApp } from "@breakwater/platform";
import { sourcesApi } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import { readSources, type SourceDeps, withdrawSource } from "./list-sources.ts";

export function registerSources(app: HttpApp, deps: SourceDeps): void {
  app.route(sourcesApi, "GET /api/v1/reputation/sources", async () => ({
    items: await readSources(deps),
  }));

  app.route(sourcesApi, "POST /api/v1/reputation/sources/{id}/withdraw", async (call) =>
    withdrawSource(deps, call.params.id, actorOf(call)),
  );
}
