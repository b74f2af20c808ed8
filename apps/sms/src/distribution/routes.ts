import type { HttpApp } from "@breakwater/platform";
import { AppError, DistributionId, invalidField, profilesApi } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import { type DistributionDeps, distribute } from "./distribute.ts";
import { countDistributions, findDistribution, listDistributions } from "./store.ts";

export function registerDistribution(app: HttpApp, deps: DistributionDeps): void {
  app.route(profilesApi, "POST /api/v1/distributions", async (call) =>
    distribute(deps, { ...call.body, by: actorOf(call) }),
  );

  app.route(profilesApi, "GET /api/v1/distributions", async ({ query }) => {
    const items = await listDistributions(deps.db, cursorOf(query.cursor), query.limit + 1);
    const page = items.slice(0, query.limit);
    const last = items.length > query.limit ? page.at(-1) : undefined;
    return {
      items: page,
      ...(last === undefined ? {} : { nextCursor: last.id }),
      total: { value: await countDistributions(deps.db), exact: true },
    };
  });

  app.route(profilesApi, "GET /api/v1/distributions/{id}", async ({ params }) => {
    const distribution = await findDistribution(deps.db, params.id);
    if (distribution === undefined)
      throw new AppError("NotFound", "There is no such distribution.");
    return distribution;
  });
}

function cursorOf(cursor: string | undefined): DistributionId | undefined {
  if (cursor === undefined) return undefined;
  const parsed = DistributionId.safeParse(cursor);
  if (parsed.success) return parsed.data;
  throw invalidField("cursor", cursor, "it does not come from this list", "Start without it");
}
