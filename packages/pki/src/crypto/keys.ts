import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  webcrypto,
} from "node:crypto";
import { promisify } from "node:util";
import { Sha256 } from "@breakwater/protocol";
import { SIGNING } from "./x509.ts";

const generate = promisify(generateKeyPair);

export function sha256(data: Uint8Array | string): Sha256 {
  return Sha256.parse(createHash("sha256").update(data).digest("hex"));
}

/** A new P-256 private key as PKCS#8 PEM. */
export async function generatePrivateKey(): Promise<string> {
  const { privateKey } = await generate("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** The DER SubjectPublicKeyInfo that belongs to a private key in PEM. */
export function publicKeyOf(privateKeyPem: string): Buffer {
  return exportSpki(createPublicKey(createPrivateKey(privateKeyPem)));
}

/** SHA-256 of the SubjectPublicKeyInfo: the name of a key, whoever holds it. */
export function publicKeyFingerprint(spki: Uint8Array): Sha256 {
  return sha256(spki);
}

/** WebCrypto handles for signing with a P-256 key in PEM; the private one cannot be exported again. */
export async function importSigningKeys(privateKeyPem: string): Promise<webcrypto.CryptoKeyPair> {
  const pkcs8 = createPrivateKey(privateKeyPem).export({ type: "pkcs8", format: "der" });
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey("pkcs8", pkcs8, SIGNING, false, ["sign"]),
    webcrypto.subtle.importKey("spki", publicKeyOf(privateKeyPem), SIGNING, true, ["verify"]),
  ]);
  return { privateKey, publicKey };
}

/**
 * The canonical DER of a public key that a stranger sent, or undefined when its kind is
 * not accepted. Canonical, so that one key has one fingerprint.
 */
export function acceptPublicKey(spki: Uint8Array): Buffer | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    return isAllowed(key) ? exportSpki(key) : undefined;
  } catch {
    return undefined;
  }
}

function isAllowed(key: KeyObject): boolean {
  const details = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case "ec":
      return details.namedCurve === "prime256v1" || details.namedCurve === "secp384r1";
    case "ed25519":
      return true;
    case "rsa": {
      // A huge public exponent makes every verification expensive.
      const bits = details.modulusLength ?? 0;
      return bits >= 2048 && bits <= 4096 && details.publicExponent === 65_537n;
    }
    default:
      return false;
  }
}

function exportSpki(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}
