import { createCsr } from "../crypto/csr.ts";
import { PkiError } from "../errors.ts";
import { formatIdentityUri, type IdentityKind } from "../identity-uri.ts";
import { type EnrollmentToken, parseToken } from "../tokens/token-string.ts";
import { acceptCertificate } from "./accept-certificate.ts";
import { fetchCa, fetchPinnedCa, requestCertificate } from "./est-client.ts";
import type { EstTransport } from "./est-transport.ts";
import type { IdentityStore, StoredIdentity } from "./identity-store.ts";

export type EnrolOptions = {
  readonly token: string;
  /** What the caller is: a token for something else is refused. */
  readonly kind: IdentityKind;
  readonly store: IdentityStore;
  readonly transport: EstTransport;
  readonly now: () => number;
};

/**
 * Turns an enrollment token into an identity on disk. Safe to call again with the same token
 * after any failure or crash: the key is kept, and the server repeats its answer to it.
 * Throws {@link PkiError}.
 */
export async function enrollWithToken(options: EnrolOptions): Promise<StoredIdentity> {
  const { store, transport, now } = options;
  const token = readToken(options);
  const existing = store.current();
  if (existing?.meta.tokenId === token.id) return existing;
  assertNotExpired(token, now());

  const server = { transport, url: token.url };
  // Nothing secret is sent before the CA has been checked against the token's pin.
  const pinned = await fetchPinnedCa(server, token.caPin);
  const ca = await fetchCa(server, pinned.roots);
  const key = await store.pendingKey(`enroll:${token.id}`);
  const csr = await createCsr(key, token.id);
  const by = { token: { id: token.id, secret: token.secret } };
  const certificates = await requestCertificate(server, { csr, roots: pinned.roots, by });
  const accepted = acceptCertificate({ certificates, privateKeyPem: key, ca, now: now() });
  if (accepted.identity.kind !== options.kind) {
    throw new PkiError("ServerAnswerInvalid", `the identity is a ${accepted.identity.kind}`);
  }
  const { fingerprint, notBefore, notAfter } = accepted.facts;
  return store.save({
    key,
    cert: accepted.chain,
    ca: ca.roots.join(""),
    meta: {
      version: 1,
      identityUri: formatIdentityUri(accepted.identity),
      url: token.url,
      caPin: token.caPin,
      tokenId: token.id,
      fingerprint,
      notBefore,
      notAfter,
    },
  });
}

function readToken(options: EnrolOptions): EnrollmentToken {
  const parsed = parseToken(options.token, { kind: options.kind });
  if (!parsed.ok) throw new PkiError(parsed.error.code);
  return parsed.value;
}

/** After the look at what is stored: an enrolment that is done stays done. */
function assertNotExpired(token: EnrollmentToken, now: number): void {
  if (token.expiresAt > now) return;
  const [expiry, clock] = [token.expiresAt, now].map((time) => new Date(time).toISOString());
  throw new PkiError("TokenExpired", `at ${expiry}; this machine's clock says ${clock}`);
}
