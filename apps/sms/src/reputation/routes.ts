import type { HttpApp } from "@breakwater/platform";
import { type EntryId, invalidField, reputationApi } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import { type BulkRoutes, registerBulkChanges } from "./bulk/bulk-routes.ts";
import { type AssertDeps, assertEntries, withdrawEntries } from "./entries/assert-entries.ts";
import { entryNotFound, explainEntry } from "./search/explain-entry.ts";
import { exportEntries } from "./search/export-entries.ts";
import { facetFields, facetsOf } from "./search/facets.ts";
import { listEntries } from "./search/list-entries.ts";
import { lookUp } from "./search/look-up.ts";
import type { FleetView } from "./search/present-entries.ts";
import { checkQuery, readQuery } from "./search/read-query.ts";
import { recentView } from "./search/recent-view.ts";
import { searchContext } from "./search/search-context.ts";

export type ReputationRoutes = AssertDeps & BulkRoutes & { fleet: () => Promise<FleetView> };

/** What a query means, and what it is answered from. */
async function search(deps: ReputationRoutes, text: string | undefined, states = false) {
  const query = readQuery(text);
  const fleet = await deps.fleet();
  const now = deps.clock.now().getTime();
  return { query, context: await searchContext(deps.db, fleet, query, now, states) };
}

export function registerReputation(app: HttpApp, deps: ReputationRoutes): void {
  const recent = recentView(deps.fleet);

  app.route(reputationApi, "GET /api/v1/reputation/entries", async ({ query: { q, ...page } }) => {
    const { query, context } = await search(deps, q);
    return listEntries(deps.db, query, context, page);
  });

  app.route(reputationApi, "GET /api/v1/reputation/entries.csv", async ({ query: { q } }) => {
    const { query, context } = await search(deps, q);
    const day = deps.clock.now().toISOString().slice(0, 10);
    return {
      filename: `reputation-entries-${day}.csv`,
      rows: exportEntries(deps.db, query, context),
    };
  });

  app.route(reputationApi, "GET /api/v1/reputation/facets", async ({ query: { q, fields } }) => {
    const wanted = facetFields(fields);
    const { query, context } = await search(deps, q, wanted.includes("state"));
    const { total } = await listEntries(deps.db, query, context, { limit: 1 });
    return { total, facets: await facetsOf(deps.db, query, context, wanted) };
  });

  app.route(reputationApi, "GET /api/v1/reputation/lookup", async ({ query }) =>
    lookUp(deps.db, recent, query),
  );

  app.route(reputationApi, "POST /api/v1/reputation/query-check", async ({ body }) =>
    checkQuery(body.q),
  );

  app.route(reputationApi, "POST /api/v1/reputation/entries", async (call) => ({
    outcomes: await assertEntries(deps, call.body.entries, actorOf(call)),
  }));

  app.route(reputationApi, "POST /api/v1/reputation/entries/delete", async (call) => {
    for (const id of call.body.ids) checkId(id);
    const { deleted, keptByOtherSources } = await withdrawEntries(
      deps,
      call.body.ids,
      actorOf(call),
    );
    return { deleted, keptByOtherSources };
  });

  registerBulkChanges(app, deps);

  app.route(reputationApi, "GET /api/v1/reputation/entries/{id}", async ({ params }) => {
    checkId(params.id);
    return explainEntry(deps.db, await deps.fleet(), params.id, deps.clock.now().getTime());
  });

  app.route(reputationApi, "DELETE /api/v1/reputation/entries/{id}", async (call) => {
    checkId(call.params.id);
    const { missing } = await withdrawEntries(deps, [call.params.id], actorOf(call));
    if (missing > 0) throw entryNotFound();
    return undefined;
  });
}

/** Digits alone may still be more than the database can number. */
function checkId(id: EntryId): void {
  if (id.length <= 18) return;
  throw invalidField("id", id, "there is no such number", "Take an id from the list of entries");
}
