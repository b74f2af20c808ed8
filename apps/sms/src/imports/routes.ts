import type { HttpApp } from "@breakwater/platform";
import { importsApi } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import {
  forgetImport,
  type ImportDeps,
  previewUpload,
  startImport,
  uploadImport,
} from "./start-import.ts";

export function registerImports(app: HttpApp, deps: ImportDeps): void {
  app.route(importsApi, "POST /api/v1/imports", async (call) =>
    uploadImport(deps, call.body, { name: call.query.name, by: actorOf(call) }),
  );

  app.route(importsApi, "POST /api/v1/imports/{id}/preview", async ({ params, body }) =>
    previewUpload(deps, params.id, body),
  );

  app.route(importsApi, "POST /api/v1/imports/{id}/start", async (call) =>
    startImport(deps, { id: call.params.id, options: call.body, by: actorOf(call) }),
  );

  app.route(importsApi, "DELETE /api/v1/imports/{id}", async ({ params }) => {
    await forgetImport(deps, params.id);
    return undefined;
  });
}
