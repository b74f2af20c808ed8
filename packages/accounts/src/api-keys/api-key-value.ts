import { createHash, randomBytes, randomInt, randomUUID } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ApiKeyForm } from "@breakwater/protocol";

const VALUE = /^(bwk_([0-9a-z]{8})_[A-Za-z0-9_-]{43})_([0-9a-f]{8})$/;
const ID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

/**
 * `bwk_<id>_<secret>_<crc>`: the prefix lets scanners find leaked keys, the check sum tells a typo
 * without a look into the database, the secret has 256 random bits. The form `uuid` has none of
 * this and 122 random bits; it is for clients that insist on it.
 */
export function createApiKeyValue(form: ApiKeyForm = "standard"): { id: string; value: string } {
  const id = randomKeyId();
  if (form === "uuid") return { id, value: randomUUID() };
  const body = `bwk_${id}_${randomBytes(32).toString("base64url")}`;
  return { id, value: `${body}_${checkSum(body)}` };
}

export function randomKeyId(): string {
  const character = () => ID_ALPHABET[randomInt(ID_ALPHABET.length)] ?? "0";
  return Array.from({ length: 8 }, character).join("");
}

/** False only for a value that looks like ours and has a wrong check sum or form. */
export function isWellFormed(value: string): boolean {
  if (!value.startsWith("bwk_")) return true;
  const match = VALUE.exec(value);
  return match?.[1] !== undefined && checkSum(match[1]) === match[3];
}

export function hashApiKey(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}

function checkSum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
