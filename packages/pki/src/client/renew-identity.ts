import { AppError } from "@breakwater/protocol";
import { createCsr } from "../crypto/csr.ts";
import { PkiError } from "../errors.ts";
import { acceptCertificate, assertSameIdentity } from "./accept-certificate.ts";
import { fetchCa, requestCertificate } from "./est-client.ts";
import type { EstTransport } from "./est-transport.ts";
import type { IdentityStore, StoredIdentity } from "./identity-store.ts";

/**
 * Replaces key and certificate (simplereenroll) and takes over the server's present trust
 * anchors. Safe to repeat after a failure: the same new key is used until it has its
 * certificate. Open connections are not touched; new ones use `store.tlsOptions()`.
 */
export async function renewIdentity(options: {
  readonly store: IdentityStore;
  readonly transport: EstTransport;
  readonly now: () => number;
}): Promise<StoredIdentity> {
  const { store, transport, now } = options;
  const present = store.current();
  if (present === undefined) throw new PkiError("CertificateMissing");
  const server = { transport, url: present.meta.url };
  const roots = [present.ca];
  const ca = await fetchCa(server, roots);
  const key = await store.pendingKey(`renew:${present.meta.fingerprint}`);
  const certificates = await requestCertificate(server, {
    csr: await createCsr(key, present.identity.id),
    roots,
    by: { client: { cert: present.cert, key: present.key } },
  });
  const accepted = acceptCertificate({ certificates, privateKeyPem: key, ca, now: now() });
  assertSameIdentity(accepted, present.identity);
  // Meanwhile somebody may have disconnected or enrolled anew: their word counts.
  if (store.current()?.meta.fingerprint !== present.meta.fingerprint) {
    throw new AppError(
      "Conflict",
      "The identity changed during its renewal; nothing was replaced.",
    );
  }
  const { fingerprint, notBefore, notAfter } = accepted.facts;
  return store.save({
    key,
    cert: accepted.chain,
    ca: ca.roots.join(""),
    meta: { ...present.meta, fingerprint, notBefore, notAfter },
  });
}
