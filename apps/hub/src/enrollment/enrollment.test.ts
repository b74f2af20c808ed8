import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createEstTransport,
  type EnrolRequest,
  enrollWithToken,
  hashSecret,
  openIdentityStore,
  parseToken,
  renewIdentity,
} from "@breakwater/pki";
import { systemClock } from "@breakwater/platform";
import { type ProductStatus, Sha256, STREAM_NAMES, type TokenId } from "@breakwater/protocol";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enrolProduct, type SimulatedProduct } from "../simulated-product.test-helper.ts";
import { startTestHub, type TestHub } from "../test-hub.test-helper.ts";
import { createEnrolmentPort } from "./enrolment-port.ts";

let hub: TestHub;
const opened: SimulatedProduct[] = [];

beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(async () => {
  for (const product of opened) product.close();
  await hub?.close();
});

async function enrol(token: string, directory?: string): Promise<SimulatedProduct> {
  const product = await enrolProduct(token, directory);
  opened.push(product);
  return product;
}
const tokens = async () => (await hub.api("GET /hub/v1/enrollment-tokens")).items;
const products = async () => (await hub.api("GET /hub/v1/products")).items;
const mint = async (note: string) =>
  await hub.api("POST /hub/v1/enrollment-tokens", { body: { note } });

test("a token becomes a product once; a second key is refused", async () => {
  const { token, info } = await mint("SMS Berlin");
  expect(info.state).toBe("unused");
  const product = await enrol(token);
  expect(await products()).toMatchObject([
    { id: product.id, name: "SMS Berlin", onboarding: true, syncedRevision: 0 },
  ]);
  expect(await tokens()).toMatchObject([{ state: "used", usedBy: "SMS Berlin" }]);
  await expect(enrol(token)).rejects.toMatchObject({ reason: "TokenUsed" });
  expect((await products()).length).toBe(1);
});

test("a retry with the same key, after a lost reply, gets the same product", async () => {
  const token = await hub.createToken("retry");
  const directory = join(tmpdir(), `bw-retry-${crypto.randomUUID()}`);
  const lost = createEstTransport();
  const store = await openIdentityStore(directory);
  const transport: typeof lost = async (request) => {
    const answer = await lost(request);
    if (request.url.pathname.endsWith("simpleenroll")) throw new Error("the reply was lost");
    return answer;
  };
  const options = { token, kind: "sms", store, now: Date.now } as const;
  await expect(enrollWithToken({ ...options, transport })).rejects.toThrow("the reply was lost");
  const before = await products();
  const product = await enrol(token, directory);
  expect(await products()).toEqual(before);
  expect(before.map(({ id }) => id)).toContain(product.id);
  await rm(directory, { recursive: true });
});

test("revoked, expired, foreign and altered tokens are refused, and make nothing", async () => {
  const before = (await products()).length;
  const revoked = await mint("revoked");
  await hub.api("DELETE /hub/v1/enrollment-tokens/{id}", { params: { id: revoked.info.id } });
  await expect(enrol(revoked.token)).rejects.toMatchObject({ reason: "TokenRevoked" });

  const expired = await mint("expired");
  await sql`update enrollment_token set expires = now() - interval '1 hour'
    where id = ${expired.info.id}`.execute(hub.db);
  await expect(enrol(expired.token)).rejects.toMatchObject({ reason: "TokenExpired" });

  const gone = await mint("gone");
  await sql`delete from enrollment_token where id = ${gone.info.id}`.execute(hub.db);
  await expect(enrol(gone.token)).rejects.toMatchObject({ reason: "TokenUnknown" });

  const states = Object.fromEntries((await tokens()).map(({ note, state }) => [note, state]));
  expect(states).toMatchObject({ revoked: "revoked", expired: "expired" });
  expect((await products()).length).toBe(before);
});

test("the secret is not in the database", async () => {
  const { token, info } = await mint("secret");
  const parsed = parseToken(token);
  const { rows } = await sql<{ row: string }>`
    select t::text as row from enrollment_token t where id = ${info.id}`.execute(hub.db);
  expect(parsed.ok && rows[0]?.row.includes(parsed.value.secret)).toBe(false);
});

test("a used token cannot be revoked, an unknown one is not there", async () => {
  const { token, info } = await mint("used up");
  await enrol(token);
  const revoke = (id: typeof info.id) =>
    hub.api("DELETE /hub/v1/enrollment-tokens/{id}", { params: { id } });
  await expect(revoke(info.id)).rejects.toMatchObject({ status: 409 });
  await expect(revoke("unknown-token" as typeof info.id)).rejects.toMatchObject({ status: 404 });
});

test("100 attempts race for 10 tokens: every token makes exactly one product", async () => {
  const before = (await products()).length;
  const port = createEnrolmentPort({
    db: hub.db,
    clock: systemClock,
    trustDomain: "hub.breakwater",
    reloadCertificates: async () => undefined,
    audit: async () => undefined,
  });
  const minted = await Promise.all(Array.from({ length: 10 }, (_, i) => mint(`race ${i}`)));
  const attempts = minted.flatMap(({ token }) => {
    const parsed = parseToken(token);
    if (!parsed.ok) throw new Error("the hub made a token that cannot be read");
    const { id, secret } = parsed.value;
    return Array.from({ length: 10 }, () => port.enroll(enrolRequest(id, secret)));
  });
  const outcomes = await Promise.all(attempts);
  expect(outcomes.filter(({ kind }) => kind === "issued").length).toBe(10);
  const refusals = outcomes.flatMap((one) => (one.kind === "refused" ? [one.code] : []));
  expect(new Set(refusals)).toEqual(new Set(["TokenUsed"]));
  expect((await products()).length).toBe(before + 10);
});

/** What the EST server hands on for a client with a new key; only the signing is left out. */
function enrolRequest(tokenId: TokenId, secret: string): EnrolRequest {
  const random = () => Sha256.parse(randomBytes(32).toString("hex"));
  const publicKeyFingerprint = random();
  return {
    tokenId,
    secretHash: hashSecret(secret),
    publicKeyFingerprint,
    source: "192.0.2.1",
    issue: async () => ({
      certificatePem: "certificate",
      fingerprint: random(),
      publicKeyFingerprint,
      serial: "1",
      notBefore: Date.now(),
      notAfter: Date.now() + 86_400_000,
    }),
  };
}

const status = (over: Partial<ProductStatus> = {}): ProductStatus => ({
  name: "SMS Paris",
  version: "1.2.3",
  certificateExpires: "2030-01-01T00:00:00Z",
  streams: STREAM_NAMES.map((name) => ({
    name,
    state: "in-sync",
    lastSuccess: "2026-01-01T00:00:00Z",
    lastError: null,
    lagSeconds: 0,
    path: "direct",
  })),
  devices: 3,
  synced: null,
  ...over,
});

test("disconnecting ends open streams at once, refuses the certificate and shows it", async () => {
  const product = await enrol(await hub.createToken());
  expect((await product.request("POST", "/product/v1/status", status())).status).toBe(200);
  const stream = product.stream();
  await stream.next();
  const shown = await products();
  expect(shown.find(({ id }) => id === product.id)).toMatchObject({
    name: "SMS Paris",
    version: "1.2.3",
    connected: true,
    devices: 3,
  });
  const params = { id: product.id };
  const after = await hub.api("POST /hub/v1/products/{id}/disconnect", { params });
  expect(after).toMatchObject({ onboarding: false, connected: false });
  expect(new Set(after.streams.map(({ state }) => state))).toEqual(new Set(["out-of-sync"]));
  await stream.ended;
  const refused = await product.request("GET", "/product/v1/objects");
  expect(refused.status).toBe(403);
  expect(JSON.parse(refused.body).error.code).toBe("CertificateRevoked");
  const transport = createEstTransport();
  await expect(
    renewIdentity({ store: product.store, transport, now: Date.now }),
  ).rejects.toMatchObject({ message: expect.stringContaining("revoked") });
  // Again: nothing changes, nothing fails.
  expect(await hub.api("POST /hub/v1/products/{id}/disconnect", { params })).toEqual(after);
});

test("a product disconnects itself and gets its answer", async () => {
  const product = await enrol(await hub.createToken());
  expect((await product.request("POST", "/product/v1/disconnect")).status).toBe(204);
  expect((await products()).find(({ id }) => id === product.id)?.onboarding).toBe(false);
  product.close();
  expect((await product.request("POST", "/product/v1/status", status())).status).toBe(403);
});

test("renewal: a new certificate for the same product, both good until the old one runs out", async () => {
  const product = await enrol(await hub.createToken());
  const old = product.store.tlsOptions();
  await renewIdentity({ store: product.store, transport: createEstTransport(), now: Date.now });
  expect(product.store.tlsOptions().cert).not.toBe(old.cert);
  const stillOpen = await product.request("GET", "/product/v1/objects");
  expect(stillOpen.status).toBe(200);
  product.close();
  expect((await product.request("GET", "/product/v1/objects")).status).toBe(200);
});

test("without a certificate, or with another hub's, nothing is served", async () => {
  const other = await startTestHub();
  try {
    const stranger = await enrol(await other.createToken());
    for (const options of [{}, stranger.store.tlsOptions()]) {
      const session = connect(hub.urls.product, { ...options, rejectUnauthorized: false });
      const stream = session.request({ ":path": "/product/v1/objects" });
      const [headers] = (await new Promise((resolve, reject) => {
        stream.on("response", (answer) => resolve([answer]));
        stream.on("error", reject);
      })) as [Record<string, unknown>];
      expect([401, 403]).toContain(headers[":status"]);
      session.destroy();
    }
  } finally {
    await other.close();
  }
});

test("what was done is in the audit log", async () => {
  const { items } = await hub.api("GET /auth/v1/audit", { query: { limit: 500 } });
  const actions = new Set(items.map(({ action }) => action));
  for (const action of ["enrollment-token.create", "enrollment-token.revoke", "product.enrol"]) {
    expect(actions).toContain(action);
  }
  expect(actions).toContain("product.disconnect");
  expect(actions).toContain("product.renew-certificate");
  expect((await hub.api("GET /auth/v1/audit/verification")).ok).toBe(true);
});
