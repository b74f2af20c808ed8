import type { HttpApp } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import { AppError, hubApi } from "@breakwater/protocol";
import { createToken, type TokensContext } from "./create-token.ts";
import { listTokens, markRevoked, tokenExists } from "./store.ts";

/** Enrollment tokens: create, list, revoke. */
export function registerTokens(app: HttpApp, context: TokensContext): void {
  const { db, clock, audit } = context;

  app.route(hubApi, "GET /hub/v1/enrollment-tokens", async () => ({
    items: await listTokens(db, clock.now()),
  }));

  app.route(hubApi, "POST /hub/v1/enrollment-tokens", async ({ body, principal, source }) =>
    createToken(context, { ...body, principal, source }),
  );

  app.route(
    hubApi,
    "DELETE /hub/v1/enrollment-tokens/{id}",
    async ({ params, principal, source }) => {
      const revoked = await transaction(db, async (tx) => {
        const done = await markRevoked(tx, params.id, clock.now());
        const by = { principal, source };
        if (done) await audit(tx, { action: "enrollment-token.revoke", object: params.id, by });
        return done;
      });
      if (revoked) return undefined;
      if (!(await tokenExists(db, params.id))) {
        throw new AppError("NotFound", `id: there is no enrollment token ${params.id}.`);
      }
      throw new AppError(
        "Conflict",
        "The enrollment token has been used. Disconnect the product that used it instead.",
      );
    },
  );
}
