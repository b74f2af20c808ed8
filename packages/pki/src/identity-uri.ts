import { DeviceId, ProductId } from "@breakwater/protocol";
import { z } from "zod";

export const GatewayId = z.uuid().brand<"GatewayId">();
export type GatewayId = z.infer<typeof GatewayId>;

export const IDENTITY_KINDS = ["sms", "device", "gateway"] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

/** Who holds a client certificate: `spiffe://<trustDomain>/<kind>/<id>`. */
export type Identity =
  | { readonly trustDomain: string; readonly kind: "sms"; readonly id: ProductId }
  | { readonly trustDomain: string; readonly kind: "device"; readonly id: DeviceId }
  | { readonly trustDomain: string; readonly kind: "gateway"; readonly id: GatewayId };

/** The SPIFFE character set for trust domains, without the upper case it forbids. */
const TRUST_DOMAIN = /^[a-z0-9._-]{1,255}$/;
const IDENTITY_URI = /^spiffe:\/\/([a-z0-9._-]{1,255})\/(sms|device|gateway)\/([0-9a-f-]{36})$/;

export function isTrustDomain(text: string): boolean {
  return TRUST_DOMAIN.test(text);
}

export function formatIdentityUri(identity: Identity): string {
  return `spiffe://${identity.trustDomain}/${identity.kind}/${identity.id}`;
}

/** Only the canonical spelling is accepted, so equal identities are equal strings. */
export function parseIdentityUri(uri: string): Identity | undefined {
  const [, trustDomain, kind, id] = IDENTITY_URI.exec(uri) ?? [];
  if (trustDomain === undefined || kind === undefined) return undefined;
  switch (kind) {
    case "sms": {
      const parsed = ProductId.safeParse(id);
      return parsed.success ? { trustDomain, kind, id: parsed.data } : undefined;
    }
    case "device": {
      const parsed = DeviceId.safeParse(id);
      return parsed.success ? { trustDomain, kind, id: parsed.data } : undefined;
    }
    case "gateway": {
      const parsed = GatewayId.safeParse(id);
      return parsed.success ? { trustDomain, kind, id: parsed.data } : undefined;
    }
    default:
      return undefined;
  }
}
