import { createHash, randomBytes, randomUUID } from "node:crypto";
import { fail, ok, type Result, Sha256, TokenId } from "@breakwater/protocol";
import { sha256 } from "../crypto/keys.ts";
import { PkiError } from "../errors.ts";
import { IDENTITY_KINDS, type IdentityKind } from "../identity-uri.ts";

/*
 * bw1_<base64url of:>
 *   kind     1 byte   position in IDENTITY_KINDS
 *   expiry   4 bytes  seconds since 1970, unsigned
 *   id      16 bytes  UUID
 *   secret  32 bytes
 *   pin     32 bytes  SHA-256 of the root certificate's DER
 *   url      n bytes  UTF-8
 *   check    4 bytes  first bytes of SHA-256 over prefix and everything before
 */
const PREFIX = "bw1_";
const AT = { kind: 0, expiry: 1, id: 5, secret: 21, pin: 53, url: 85 } as const;
const CHECK_BYTES = 4;
const MAX_URL_BYTES = 1024;

export type EnrollmentToken = {
  /** Where to enrol: an https origin, without a final "/". */
  readonly url: string;
  readonly caPin: Sha256;
  readonly kind: IdentityKind;
  /** Milliseconds since 1970, whole seconds. */
  readonly expiresAt: number;
  readonly id: TokenId;
  /** 256 random bits, base64url: the password of the enrolment request. */
  readonly secret: string;
};

export type MintedToken = {
  /** One word, shown once. */
  readonly token: string;
  readonly id: TokenId;
  /** The only trace of the secret that may be stored. */
  readonly secretHash: Sha256;
};

/** Makes a token for one enrolment. Throws TokenMalformed when `url` is not an https origin. */
export function mintToken(
  grant: Pick<EnrollmentToken, "url" | "caPin" | "kind" | "expiresAt">,
): MintedToken {
  const url = serverUrl(grant.url);
  if (url === undefined)
    throw new PkiError("TokenMalformed", `url ${grant.url} is not of the form https://host:port`);
  const id = randomUUID();
  const secret = randomBytes(32);
  const head = Buffer.alloc(AT.id);
  head.writeUInt8(IDENTITY_KINDS.indexOf(grant.kind), AT.kind);
  head.writeUInt32BE(Math.floor(grant.expiresAt / 1000), AT.expiry);
  const payload = Buffer.concat([
    head,
    Buffer.from(id.replaceAll("-", ""), "hex"),
    secret,
    Buffer.from(grant.caPin, "hex"),
    Buffer.from(url),
  ]);
  return {
    token: PREFIX + Buffer.concat([payload, checkOf(payload)]).toString("base64url"),
    id: TokenId.parse(id),
    secretHash: hashSecret(secret.toString("base64url")),
  };
}

export type TokenError = {
  readonly code: "TokenMalformed" | "TokenMistyped" | "TokenForeign" | "TokenExpired";
};

/**
 * Reads a token as a person pasted it: white space and line breaks are ignored.
 * `kind` and `now` (ms) are checked when given; the server checks them again anyway.
 */
export function parseToken(
  text: string,
  expected: { kind?: IdentityKind; now?: number } = {},
): Result<EnrollmentToken, TokenError> {
  const word = text.replace(/\s+/g, "");
  if (!/^bw1_[A-Za-z0-9_-]*$/.test(word)) return fail({ code: "TokenMalformed" });
  const bytes = Buffer.from(word.slice(PREFIX.length), "base64url");
  const payload = bytes.subarray(0, -CHECK_BYTES);
  const isIntact =
    // The last character may carry unused bits: compare the spelling, not only the bytes.
    PREFIX + bytes.toString("base64url") === word &&
    bytes.length > CHECK_BYTES &&
    checkOf(payload).equals(bytes.subarray(-CHECK_BYTES));
  if (!isIntact) return fail({ code: "TokenMistyped" });
  const token = decode(payload);
  if (token === undefined) return fail({ code: "TokenMalformed" });
  if (expected.kind !== undefined && token.kind !== expected.kind) {
    return fail({ code: "TokenForeign" });
  }
  if (expected.now !== undefined && token.expiresAt <= expected.now) {
    return fail({ code: "TokenExpired" });
  }
  return ok(token);
}

/** A secret of 256 random bits needs no slow hash. */
export function hashSecret(secret: string): Sha256 {
  return sha256(secret);
}

function decode(payload: Buffer): EnrollmentToken | undefined {
  if (payload.length <= AT.url || payload.length > AT.url + MAX_URL_BYTES) return undefined;
  const kind = IDENTITY_KINDS[payload.readUInt8(AT.kind)];
  const url = serverUrl(payload.toString("utf8", AT.url));
  if (kind === undefined || url === undefined) return undefined;
  return {
    url,
    kind,
    caPin: Sha256.parse(payload.toString("hex", AT.pin, AT.url)),
    expiresAt: payload.readUInt32BE(AT.expiry) * 1000,
    id: TokenId.parse(asUuid(payload.toString("hex", AT.id, AT.secret))),
    secret: payload.toString("base64url", AT.secret, AT.pin),
  };
}

function serverUrl(text: string): string | undefined {
  if (!URL.canParse(text) || Buffer.byteLength(text) > MAX_URL_BYTES) return undefined;
  const url = new URL(text);
  // Nothing but an origin: EST lives at the root, and credentials do not belong in a URL.
  return url.protocol === "https:" && url.href === `${url.origin}/` ? url.origin : undefined;
}

function checkOf(payload: Buffer): Buffer {
  const digest = createHash("sha256").update(PREFIX).update(payload).digest();
  return digest.subarray(0, CHECK_BYTES);
}

function asUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
