import { randomUUID } from "node:crypto";
import { DeviceId, ProductId, type Sha256, type TokenId } from "@breakwater/protocol";
import type { IssuedCertificate } from "./ca/issue-leaf.ts";
import type { EnrolmentPort } from "./est/enrolment-port.ts";
import { formatIdentityUri, GatewayId, type Identity, type IdentityKind } from "./identity-uri.ts";
import type { PeerStatus } from "./peer/peer-decision.ts";
import { decideEnrolment, type TokenRow } from "./tokens/decide-enrolment.ts";

type Issued = IssuedCertificate & { readonly identity: Identity; status: PeerStatus };

/** A registry as an application writes it, with memory for a database and a lock for a transaction. */
export function createMemoryRegistry(trustDomain: string, now: () => number) {
  const tokens = new Map<string, TokenRow & { readonly kind: IdentityKind }>();
  const certificates = new Map<Sha256, Issued>();
  let last: Promise<unknown> = Promise.resolve();

  function transaction<T>(run: () => Promise<T>): Promise<T> {
    const next = last.then(run, run);
    last = next.catch(() => undefined);
    return next;
  }

  function record(identity: Identity, issued: IssuedCertificate): void {
    certificates.set(issued.fingerprint, { ...issued, identity, status: "active" });
  }

  const port: EnrolmentPort = {
    enroll: (request) =>
      transaction(async () => {
        const row = tokens.get(request.tokenId);
        const decision = decideEnrolment(row, request, now());
        if (decision.kind === "refused") return decision;
        if (decision.kind === "repeat") {
          return { kind: "issued", certificatePem: decision.certificatePem };
        }
        if (row === undefined) return { kind: "refused", code: "TokenUnknown" };
        const identity = newIdentity(trustDomain, row.kind);
        const issued = await request.issue(identity);
        record(identity, issued);
        tokens.set(request.tokenId, { ...row, used: issued });
        return { kind: "issued", certificatePem: issued.certificatePem };
      }),
    reenroll: (request) =>
      transaction(async () => {
        const known = [...certificates.values()].find(
          (one) => one.publicKeyFingerprint === request.publicKeyFingerprint,
        );
        if (known !== undefined) return { kind: "issued", certificatePem: known.certificatePem };
        const issued = await request.issue();
        record(request.identity, issued);
        return { kind: "issued", certificatePem: issued.certificatePem };
      }),
  };

  return {
    port,
    certificates,
    record,
    addToken(id: TokenId, kind: IdentityKind, secretHash: Sha256, expiresAt: number): void {
      tokens.set(id, { kind, secretHash, expiresAt, revokedAt: null, used: null });
    },
    revokeToken(id: TokenId): void {
      const row = tokens.get(id);
      if (row !== undefined) tokens.set(id, { ...row, revokedAt: now() });
    },
    setStatus(fingerprint: Sha256, status: PeerStatus): void {
      const issued = certificates.get(fingerprint);
      if (issued !== undefined) issued.status = status;
    },
    lookup: (identity: Identity, fingerprint: Sha256): PeerStatus => {
      const issued = certificates.get(fingerprint);
      const isTheirs =
        issued !== undefined && formatIdentityUri(issued.identity) === formatIdentityUri(identity);
      return isTheirs ? issued.status : "unknown";
    },
  };
}

export function newIdentity(trustDomain: string, kind: IdentityKind): Identity {
  const id = randomUUID();
  switch (kind) {
    case "sms":
      return { trustDomain, kind, id: ProductId.parse(id) };
    case "device":
      return { trustDomain, kind, id: DeviceId.parse(id) };
    case "gateway":
      return { trustDomain, kind, id: GatewayId.parse(id) };
  }
}
