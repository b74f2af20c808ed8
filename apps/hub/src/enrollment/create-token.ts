import { mintToken } from "@breakwater/pki";
import type { Clock, Principal } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import type { EnrollmentToken, MintedToken, Sha256 } from "@breakwater/protocol";
import type { Audit } from "../audit.ts";
import { cleanText } from "../clean-text.ts";
import type { HubDb } from "../database.ts";
import { insertToken } from "./store.ts";

const HOUR_MS = 3_600_000;

export type TokensContext = {
  db: HubDb;
  clock: Clock;
  audit: Audit;
  caPin: Sha256;
  /** Where products enrol and connect. */
  productUrl: string;
};

export type TokenGrant = {
  note: string;
  hours: number;
  principal: Principal | undefined;
  source: string;
};

/** Makes a token for one SMS. The answer holds the only copy of its secret. */
export async function createToken(context: TokensContext, grant: TokenGrant): Promise<MintedToken> {
  const { db, clock, caPin, productUrl } = context;
  const { principal, source } = grant;
  const created = clock.now();
  // The token carries whole seconds.
  const expiresAt = Math.floor(created.getTime() / 1000) * 1000 + grant.hours * HOUR_MS;
  const minted = mintToken({ url: productUrl, caPin, kind: "sms", expiresAt });
  const note = cleanText(grant.note);
  const createdBy = principal?.name ?? "system";
  const expires = new Date(expiresAt);
  await transaction(db, async (tx) => {
    const { id, secretHash } = minted;
    await insertToken(tx, { id, secretHash, note, created, createdBy, expires });
    await context.audit(tx, {
      action: "enrollment-token.create",
      object: id,
      by: { principal, source },
      after: { note, expires: expires.toISOString() },
    });
  });
  const info: EnrollmentToken = {
    id: minted.id,
    note,
    state: "unused",
    created: created.toISOString(),
    createdBy,
    expires: expires.toISOString(),
    usedBy: null,
  };
  return { token: minted.token, info };
}
