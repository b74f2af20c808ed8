import type { HttpApp } from "@breakwater/platform";
import { tagCategoriesApi } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import {
  addCategory,
  changeCategory,
  removeCategory,
  type TagCategoryDeps,
} from "./change-categories.ts";
import { exportCategories } from "./export-categories.ts";
import { importCategories } from "./import-categories.ts";
import { presentCategories, readCategory } from "./present-categories.ts";

export function registerTagCategories(app: HttpApp, deps: TagCategoryDeps): void {
  app.route(tagCategoriesApi, "GET /api/v1/reputation/tag-categories", async () => ({
    items: await presentCategories(deps.db),
  }));

  app.route(tagCategoriesApi, "POST /api/v1/reputation/tag-categories", async (call) => {
    const id = await addCategory(deps, call.body, actorOf(call));
    return readCategory(deps.db, id);
  });

  app.route(tagCategoriesApi, "GET /api/v1/reputation/tag-categories/{id}", async ({ params }) =>
    readCategory(deps.db, params.id),
  );

  app.route(tagCategoriesApi, "PUT /api/v1/reputation/tag-categories/{id}", async (call) => {
    await changeCategory(deps, call.params.id, call.body, actorOf(call));
    return readCategory(deps.db, call.params.id);
  });

  app.route(tagCategoriesApi, "DELETE /api/v1/reputation/tag-categories/{id}", async (call) => {
    await removeCategory(deps, call.params.id, actorOf(call));
    return undefined;
  });

  app.route(tagCategoriesApi, "GET /api/v1/reputation/tag-categories/export", async ({ query }) =>
    exportCategories(deps.db, query.format),
  );

  app.route(tagCategoriesApi, "POST /api/v1/reputation/tag-categories/import", async (call) => {
    const { content, dryRun } = call.body;
    return importCategories(deps, { content, dryRun, by: actorOf(call) });
  });
}
