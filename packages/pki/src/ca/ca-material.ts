import { z } from "zod";

/**
 * A CA as its owner stores it (file or database row). Certificates and keys are PEM; keys
 * may be sealed by a {@link KeyGuard}. Without `rootKey` the CA issues leaves but cannot
 * make its own next issuing CA.
 */
export const CaMaterial = z.strictObject({
  version: z.literal(1),
  rootCertificate: z.string(),
  rootKey: z.string().optional(),
  issuingCertificate: z.string(),
  issuingKey: z.string(),
  /** Further roots to hand to clients: the next one before, the previous one after a roll-over. */
  furtherRoots: z.array(z.string()).default([]),
});
export type CaMaterial = z.infer<typeof CaMaterial>;

/** Encrypts private keys for storage; the application brings its key management. */
export type KeyGuard = {
  seal(pem: string): string | Promise<string>;
  open(sealed: string): string | Promise<string>;
};

/** A copy with every private key sealed. */
export async function sealCa(material: CaMaterial, guard: KeyGuard): Promise<CaMaterial> {
  return {
    ...material,
    issuingKey: await guard.seal(material.issuingKey),
    ...(material.rootKey === undefined ? {} : { rootKey: await guard.seal(material.rootKey) }),
  };
}
