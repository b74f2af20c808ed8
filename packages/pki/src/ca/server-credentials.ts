import { isIP } from "node:net";
import type { SecureContextOptions, TlsOptions } from "node:tls";
import { generatePrivateKey, publicKeyOf } from "../crypto/keys.ts";
import { DAY } from "./ca-certificates.ts";
import { issueLeaf } from "./issue-leaf.ts";
import type { CertificateAuthority } from "./open-ca.ts";

/** Servers renew by themselves at any time, so their certificates can be short. */
export const SERVER_LIFETIME = 90 * DAY;

/** What a TLS listener needs, in the form of Node's TLS options. */
export type ServerCredentials = {
  readonly key: string;
  /** Leaf, then issuing CA. */
  readonly cert: string;
  /** Whom clients' certificates may come from. */
  readonly ca: readonly string[];
  readonly notAfter: number;
};

/** A new key and certificate for a listener reached under `hosts` (names and IP addresses). */
export async function issueServerCredentials(
  ca: CertificateAuthority,
  hosts: readonly string[],
  now: number,
): Promise<ServerCredentials> {
  const key = await generatePrivateKey();
  const leaf = await issueLeaf(
    ca,
    {
      kind: "server",
      publicKey: publicKeyOf(key),
      dnsNames: hosts.filter((host) => isIP(host) === 0),
      ips: hosts.filter((host) => isIP(host) !== 0),
      lifetime: SERVER_LIFETIME,
    },
    now,
  );
  return {
    key,
    cert: leaf.certificatePem + ca.issuingPem,
    ca: ca.trusted,
    notAfter: leaf.notAfter,
  };
}

/**
 * TLS options for a listener that asks for client certificates and lets the application
 * decide: with `rejectUnauthorized` both sides would see only a reset connection. The
 * verifier of `peer-verifier.ts` makes that decision.
 */
export function serverTlsOptions(credentials: ServerCredentials) {
  return {
    key: credentials.key,
    cert: credentials.cert,
    ca: [...credentials.ca],
    minVersion: "TLSv1.3",
    requestCert: true,
    rejectUnauthorized: false,
  } as const satisfies TlsOptions & SecureContextOptions;
}

/**
 * Puts new credentials into a running https or http2 server: open connections go on, new
 * ones see the new certificate. Every option is passed again, because the context starts
 * from nothing. Session tickets of the old context are worthless afterwards.
 */
export function swapServerCredentials(
  server: { setSecureContext(options: SecureContextOptions): void },
  credentials: ServerCredentials,
): void {
  server.setSecureContext(serverTlsOptions(credentials));
}
