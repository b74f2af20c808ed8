import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createEstTransport,
  enrollWithToken,
  type IdentityStore,
  openIdentityStore,
  renewIdentity,
} from "@breakwater/pki";
import { loadSnapshot } from "@breakwater/reputation-set";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { FakeSms } from "../test/fake-sms.test-helper.ts";
import { createSmsClient, IdentityRefused, type SmsClient } from "./sms-client.ts";

const directory = mkdtempSync(join(tmpdir(), "sms-client-"));
let sms: FakeSms;
let identity: IdentityStore;
let client: SmsClient;

beforeAll(async () => {
  sms = await FakeSms.start();
  identity = await openIdentityStore(directory);
  const transport = createEstTransport();
  await enrollWithToken({
    token: sms.token(),
    kind: "device",
    store: identity,
    transport,
    now: Date.now,
  });
  client = createSmsClient(sms.url, () => identity.tlsOptions());
});
beforeEach(() => {
  sms.refusing = false;
  sms.breaksSnapshots = false;
});
afterAll(async () => {
  client.close();
  await sms.close();
  rmSync(directory, { recursive: true });
});

const signal = () => AbortSignal.timeout(20_000);

async function load() {
  const parts = await client.fetchSnapshot(sms.set, signal());
  return loadSnapshot(parts, { maxMembers: 100_000 });
}

test("a snapshot arrives compressed and whole", async () => {
  for (let i = 0; i < 5000; i += 1) sms.index.put("domain", `host${i}.test`, 1);
  const loaded = await load();
  expect(loaded.position).toEqual(sms.position());
});

test("what changed since a version is asked for, and nothing has changed since the newest", async () => {
  const since = sms.version;
  sms.add("domain", "changed.test");
  const { position, delta } = await client.fetchChanges(sms.set, since);
  expect(position).toEqual(sms.position());
  expect(delta?.operations).toEqual([["+", "domain", "changed.test", 1]]);
  expect(await client.fetchChanges(sms.set, sms.version)).toEqual({ position, delta: null });
});

test("an SMS that dies in the middle of a download fails it, and the next one works", async () => {
  sms.breaksSnapshots = true;
  await expect(load()).rejects.toThrow(/broke off|closed|aborted|canceled|unexpected end/i);
  sms.breaksSnapshots = false;
  expect((await load()).position).toEqual(sms.position());
});

test("a refused certificate is told apart from everything else", async () => {
  sms.refusing = true;
  await expect(client.openStream(undefined, signal())).rejects.toBeInstanceOf(IdentityRefused);
  await expect(client.openStream(undefined, signal())).rejects.toMatchObject({
    code: "CertificateRevoked",
  });
});

test("an SMS that is away is an ordinary failure, and its return is noticed", async () => {
  await sms.down();
  await expect(client.openStream(undefined, signal())).rejects.toMatchObject({
    code: "Unavailable",
  });
  await sms.up();
  const stream = await client.openStream(undefined, signal());
  stream.destroy();
});

test("after a renewal new requests use the new certificate, and the open stream is not cut", async () => {
  const stream = await client.openStream(undefined, signal());
  const chunks: string[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  const before = sms.certificatesSeen.size;
  await renewIdentity({ store: identity, transport: createEstTransport(), now: Date.now });
  client.renew();
  const other = await client.openStream(undefined, signal());
  expect(sms.certificatesSeen.size).toBe(before + 1);
  expect(stream.destroyed).toBe(false);
  stream.destroy();
  other.destroy();
});
