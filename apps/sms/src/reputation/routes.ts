import type { HttpApp } from "@breakwater/platform";
import { type EntryId, invalidField, reputationApi } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import { type AssertDeps, assertEntries, withdrawEntries } from "./entries/assert-entries.ts";
import { entryNotFound, explainEntry } from "./search/explain-entry.ts";
import { listEntries } from "./search/list-entries.ts";
import type { FleetView } from "./search/present-entries.ts";

export type ReputationRoutes = AssertDeps & { fleet: () => Promise<FleetView> };

export function registerReputation(app: HttpApp, deps: ReputationRoutes): void {
  app.route(reputationApi, "GET /api/v1/reputation/entries", async ({ query }) =>
    listEntries(deps.db, await deps.fleet(), query),
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

  app.route(reputationApi, "GET /api/v1/reputation/entries/{id}", async ({ params }) => {
    checkId(params.id);
    return explainEntry(deps.db, await deps.fleet(), params.id);
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
