import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../crypto/keys.ts";
import { hashSecret, mintToken, parseToken } from "./token-string.ts";

const grant = {
  url: "https://hub.example:8443",
  caPin: sha256("root"),
  kind: "sms" as const,
  expiresAt: Date.UTC(2026, 5, 1),
};

test("a token carries everything a first contact needs, in one word", () => {
  const minted = mintToken(grant);
  expect(minted.token).toMatch(/^bw1_[A-Za-z0-9_-]{140,200}$/);
  const parsed = parseToken(minted.token);
  expect(parsed).toMatchObject({ ok: true, value: { ...grant, id: minted.id } });
  expect(parsed.ok && hashSecret(parsed.value.secret)).toBe(minted.secretHash);
});

test("what the server stores does not lead back to the token", () => {
  const { token, secretHash } = mintToken(grant);
  const parsed = parseToken(token);
  expect(parsed.ok && parsed.value.secret.length).toBe(43);
  expect(parsed.ok && secretHash.includes(parsed.value.secret)).toBe(false);
});

test("white space from copying is ignored", () => {
  const { token } = mintToken(grant);
  const broken = `  ${token.slice(0, 80)}\r\n${token.slice(80)}\n`;
  expect(parseToken(broken).ok).toBe(true);
});

test("any single wrong, missing or added character is found as a typing error", () => {
  const { token } = mintToken(grant);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const index = fc.integer({ min: 4, max: token.length - 1 });
  fc.assert(
    fc.property(index, fc.constantFrom(...alphabet.split("")), (at, character) => {
      const changed = token.slice(0, at) + character + token.slice(at + 1);
      const damaged = [token.slice(0, at) + token.slice(at + 1), token.slice(0, at)];
      if (changed !== token) damaged.push(changed);
      for (const text of damaged) {
        expect(parseToken(text)).toEqual({ ok: false, error: { code: "TokenMistyped" } });
      }
    }),
  );
});

test.each(["", "hello", "bw2_AAAA", "bw1_a+b", "https://hub.example", '"bw1_AAAA"'])(
  "%j is not a token",
  (text) => {
    expect(parseToken(text)).toEqual({ ok: false, error: { code: "TokenMalformed" } });
  },
);

test("hostile input never throws", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseToken(`bw1_${text}`).ok).toBe(false);
    }),
  );
});

test("a token for something else, and an expired one, are told apart", () => {
  const { token } = mintToken(grant);
  const parse = (expected: Parameters<typeof parseToken>[1]) => parseToken(token, expected);
  expect(parse({ kind: "device" })).toEqual({ ok: false, error: { code: "TokenForeign" } });
  expect(parse({ now: grant.expiresAt })).toEqual({ ok: false, error: { code: "TokenExpired" } });
  expect(parse({ kind: "sms", now: grant.expiresAt - 1 }).ok).toBe(true);
});

test.each([
  "http://hub.example",
  "https://user:pw@hub.example",
  "https://hub.example/path",
  "https://hub.example/?q",
  "hub.example",
])("no token is made for %s", (url) => {
  expect(() => mintToken({ ...grant, url })).toThrow(/https:\/\/host:port/);
});
