import { X509Certificate } from "node:crypto";

const MAX_DEPTH = 4;

export type ChainQuery = {
  readonly leaf: string;
  /** CA certificates that may stand between; untrusted. PEM. */
  readonly intermediates: readonly string[];
  /** Trust anchors. PEM. */
  readonly roots: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
};

/**
 * The certificates from the leaf up to, and without, a trusted root; undefined when there
 * is no such path. Each step checks issuer name, CA flag, signature and validity.
 */
export function verifyChain(query: ChainQuery): string[] | undefined {
  const roots = query.roots.map((pem) => new X509Certificate(pem));
  const intermediates = query.intermediates.map((pem) => new X509Certificate(pem));
  let current = new X509Certificate(query.leaf);
  const path: string[] = [];
  while (path.length < MAX_DEPTH) {
    if (!isValidAt(current, query.now)) return undefined;
    path.push(current.toString());
    const root = roots.find((candidate) => isIssuedBy(current, candidate));
    if (root !== undefined) return isValidAt(root, query.now) ? path : undefined;
    const parent = intermediates.find((candidate) => isIssuedBy(current, candidate));
    if (parent === undefined) return undefined;
    current = parent;
  }
  return undefined;
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isValidAt(certificate: X509Certificate, now: number): boolean {
  return Date.parse(certificate.validFrom) <= now && now < Date.parse(certificate.validTo);
}
