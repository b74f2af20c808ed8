import type { HttpApp } from "@breakwater/platform";
import { type HeldEntry, invalidField, safeguardsApi } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import { changeSafeguards, presentSafeguards, type SafeguardDeps } from "./change-safeguards.ts";
import { decideHeld, type HeldDeps } from "./decide-held.ts";
import { countHeld, type HeldRow, listHeld } from "./store.ts";

export function registerSafeguards(app: HttpApp, deps: SafeguardDeps & HeldDeps): void {
  const { db } = deps;
  app.route(safeguardsApi, "GET /api/v1/reputation/safeguards", async () => presentSafeguards(db));

  app.route(safeguardsApi, "PUT /api/v1/reputation/safeguards", async (call) =>
    changeSafeguards(deps, call.body, actorOf(call)),
  );

  app.route(safeguardsApi, "GET /api/v1/reputation/held", async ({ query }) => {
    const { cursor, limit, ...filter } = query;
    const rows = await listHeld(db, filter, checkCursor(cursor), limit);
    const entries = new Set(rows.map(({ id }) => id));
    const last = entries.size === limit ? rows.at(-1)?.id : undefined;
    const all = filter.q === undefined && filter.source === undefined;
    return {
      items: rows.map(heldEntry),
      ...(last === undefined ? {} : { nextCursor: last }),
      total: all
        ? { value: await countHeld(db), exact: true }
        : { value: rows.length, exact: last === undefined && cursor === undefined },
    };
  });

  app.route(safeguardsApi, "POST /api/v1/reputation/held/release", async (call) => ({
    done: await decideHeld(deps, "release", call.body.entries, actorOf(call)),
  }));

  app.route(safeguardsApi, "POST /api/v1/reputation/held/discard", async (call) => ({
    done: await decideHeld(deps, "discard", call.body.entries, actorOf(call)),
  }));
}

function heldEntry({ id, type, value, source, hold }: HeldRow): HeldEntry {
  const { code, reason, remedy, since } = hold;
  return { id, type, value, source, code, reason, remedy, since: new Date(since).toISOString() };
}

function checkCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined || /^\d{1,18}$/.test(cursor)) return cursor;
  throw invalidField("cursor", cursor, "it does not come from this list", "Start without it");
}
