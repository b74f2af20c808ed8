import type { HttpApp } from "@breakwater/platform";
import { DEFAULT_ACTION_SETS, profilesApi } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import { tagDefinitions } from "../tag-categories/index.ts";
import { checkFilters } from "./check-filters.ts";
import { checkRules } from "./check-rules.ts";
import { previewCriteria } from "./preview-criteria.ts";
import { type ProfileDeps, profileNotFound, saveProfileChange } from "./save-profile.ts";
import { findProfile, listProfiles } from "./store.ts";

export function registerProfiles(app: HttpApp, deps: ProfileDeps): void {
  app.route(profilesApi, "GET /api/v1/profiles", async () => ({
    items: await listProfiles(deps.db),
  }));

  app.route(profilesApi, "GET /api/v1/profiles/{id}", async ({ params }) => {
    const profile = await findProfile(deps.db, params.id);
    if (profile === undefined) throw profileNotFound();
    return profile;
  });

  app.route(profilesApi, "PUT /api/v1/profiles/{id}/reputation-filters", async (call) => {
    const { filters, warnings } = checkFilters(call.body.filters, await tagDefinitions(deps.db));
    const { version } = call.body;
    const change = { filters };
    const by = actorOf(call);
    const saved = await saveProfileChange(deps, { id: call.params.id, version, change, by });
    return { ...saved, warnings };
  });

  app.route(profilesApi, "PUT /api/v1/profiles/{id}/custom-rules", async (call) => {
    const { version, rules } = call.body;
    checkRules(rules);
    const change = { customRules: rules };
    return saveProfileChange(deps, { id: call.params.id, version, change, by: actorOf(call) });
  });

  app.route(profilesApi, "POST /api/v1/profiles/preview", async ({ body }) =>
    previewCriteria(deps.db, body, deps.clock.now()),
  );

  app.route(profilesApi, "GET /api/v1/action-sets", async () => ({
    items: [...DEFAULT_ACTION_SETS],
  }));
}
