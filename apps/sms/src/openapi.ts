import type { HttpApp } from "@breakwater/platform";
import type { Api } from "@breakwater/protocol";
import { z } from "zod";

const openApiApi = {
  "GET /api/v1/openapi.json": {
    summary: "This API as an OpenAPI document",
    permission: "public",
    response: z.looseObject({}),
  },
} as const satisfies Api;

export function registerOpenApi(app: HttpApp): void {
  app.route(openApiApi, "GET /api/v1/openapi.json", async () => ({ ...(await app.openapi()) }));
}
