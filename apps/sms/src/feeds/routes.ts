import type { HttpApp } from "@breakwater/platform";
import { type AppError, type FeedRun, feedsApi, invalidField } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import { iso } from "../database.ts";
import { acceptHold, rejectHold, runNow } from "./control-feed.ts";
import { presentFeed, presentFeeds } from "./present-feed.ts";
import { changeFeed, createFeed, type FeedDeps, feedNotFound, removeFeed } from "./save-feed.ts";
import { countRuns, findFeed, listRuns, type StoredRun } from "./store.ts";
import { testFeed } from "./test-feed.ts";

export function registerFeeds(app: HttpApp, deps: FeedDeps): void {
  const { db } = deps;
  app.route(feedsApi, "GET /api/v1/feeds", async () => ({ items: await presentFeeds(db) }));

  app.route(feedsApi, "POST /api/v1/feeds", async (call) =>
    presentFeed(db, await createFeed(deps, call.body, actorOf(call))),
  );

  app.route(feedsApi, "POST /api/v1/feeds/test", async ({ body, query }) =>
    testFeed(deps, body, query.id),
  );

  app.route(feedsApi, "GET /api/v1/feeds/{id}", async ({ params }) => presentFeed(db, params.id));

  app.route(feedsApi, "PUT /api/v1/feeds/{id}", async (call) => {
    await changeFeed(deps, call.params.id, { given: call.body, by: actorOf(call) });
    return presentFeed(db, call.params.id);
  });

  app.route(feedsApi, "DELETE /api/v1/feeds/{id}", async (call) => {
    const { entries } = call.query;
    await removeFeed(deps, call.params.id, { entries, by: actorOf(call) });
    return undefined;
  });

  app.route(feedsApi, "POST /api/v1/feeds/{id}/run", async (call) =>
    runNow(deps, call.params.id, actorOf(call)),
  );

  app.route(feedsApi, "POST /api/v1/feeds/{id}/accept", async (call) =>
    acceptHold(deps, call.params.id, actorOf(call)),
  );

  app.route(feedsApi, "POST /api/v1/feeds/{id}/reject", async (call) => {
    await rejectHold(deps, call.params.id, actorOf(call));
    return presentFeed(db, call.params.id);
  });

  app.route(feedsApi, "GET /api/v1/feeds/{id}/runs", async ({ params, query }) => {
    if ((await findFeed(db, params.id)) === undefined) throw feedNotFound();
    const found = await listRuns(db, params.id, numberOf(query.cursor), query.limit + 1);
    const rows = found.slice(0, query.limit);
    const last = found.length > query.limit ? rows.at(-1) : undefined;
    return {
      items: rows.map(runOf),
      ...(last === undefined ? {} : { nextCursor: String(last.number) }),
      total: { value: await countRuns(db, params.id), exact: true },
    };
  });
}

function runOf({ job, started, finished, outcome, message, counts, bytes }: StoredRun): FeedRun {
  return {
    job,
    started: iso(started),
    finished: iso(finished),
    outcome,
    message,
    ...counts,
    bytes,
    notModified: outcome === "not-modified",
  };
}

function numberOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^\d{1,15}$/.test(cursor)) throw foreignCursor(cursor);
  return Number(cursor);
}

function foreignCursor(text: string): AppError {
  return invalidField("cursor", text, "it does not come from this list", "Start without it");
}
