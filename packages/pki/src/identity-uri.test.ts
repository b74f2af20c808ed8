import { expect, test } from "vitest";
import { formatIdentityUri, IDENTITY_KINDS, parseIdentityUri } from "./identity-uri.ts";
import { newIdentity } from "./memory-registry.test-helper.ts";

test.each(IDENTITY_KINDS)("%s identities survive their URI", (kind) => {
  const identity = newIdentity("sms-1.example", kind);
  expect(parseIdentityUri(formatIdentityUri(identity))).toEqual(identity);
});

const id = "7c9a1f54-6d7a-4a53-9b0e-0c3e7c6a1b22";
test.each([
  `spiffe://sms.example/device/${id}/more`,
  `spiffe://sms.example/device/${id.toUpperCase()}`,
  `spiffe://SMS.example/device/${id}`,
  `spiffe://sms.example/admin/${id}`,
  "spiffe://sms.example/device/not-a-uuid",
  `spiffe:///device/${id}`,
  `spiffe://user@sms.example/device/${id}`,
  `https://sms.example/device/${id}`,
  `spiffe://sms.example/device/${id}\n`,
  "",
])("%j is no identity", (uri) => {
  expect(parseIdentityUri(uri)).toBeUndefined();
});
