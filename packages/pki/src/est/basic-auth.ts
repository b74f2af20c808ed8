import { type Sha256, TokenId } from "@breakwater/protocol";
import { hashSecret } from "../tokens/token-string.ts";

export type TokenCredentials = { readonly tokenId: TokenId; readonly secretHash: Sha256 };

/** Token id and hashed secret from an `Authorization: Basic` header (RFC 7617). */
export function tokenCredentials(header: string | undefined): TokenCredentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]{1,400}={0,2}) *$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const [, user, password] = /^([^:]*):(.+)$/.exec(Buffer.from(encoded, "base64").toString()) ?? [];
  const tokenId = TokenId.safeParse(user);
  if (!tokenId.success || password === undefined) return undefined;
  return { tokenId: tokenId.data, secretHash: hashSecret(password) };
}

export function basicAuthorization(tokenId: TokenId, secret: string): string {
  return `Basic ${Buffer.from(`${tokenId}:${secret}`).toString("base64")}`;
}
