import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { issueLeaf } from "../ca/issue-leaf.ts";
import { generatePrivateKey, importSigningKeys, publicKeyOf } from "../crypto/keys.ts";
import { toPem } from "../crypto/pem.ts";
import { SIGNING, x509 } from "../crypto/x509.ts";
import {
  makeCa,
  startEstServer,
  type TestServer,
  TRUST_DOMAIN,
} from "../est-server.test-helper.ts";
import { formatIdentityUri } from "../identity-uri.ts";
import { newIdentity } from "../memory-registry.test-helper.ts";
import { type Credentials, openClient } from "../tls-client.test-helper.ts";

const HOUR = 3_600_000;

async function verdict(server: TestServer, client?: Credentials) {
  const connection = await openClient(server, client);
  try {
    return await connection.ask();
  } finally {
    connection.socket.destroy();
  }
}

/** A certificate with extensions that our CA would never choose. */
async function oddCertificate(server: TestServer, extensions: x509.Extension[]) {
  const key = await generatePrivateKey();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: "CN=odd",
    issuer: server.ca.issuing.subjectName,
    publicKey: (await importSigningKeys(key)).publicKey,
    signingKey: server.ca.issuingKey,
    signingAlgorithm: SIGNING,
    notBefore: new Date(Date.now() - HOUR),
    notAfter: new Date(Date.now() + HOUR),
    extensions,
  });
  return { key, cert: toPem(new Uint8Array(certificate.rawData)) + server.ca.issuingPem };
}

describe.each([{ http2: false }, { http2: true }])("on a server with %o", (options) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startEstServer(options);
  });
  afterAll(() => server.close());

  test("an enrolled client is known by its identity", async () => {
    const client = await server.client("gateway");
    expect(await verdict(server, client)).toEqual({
      status: 200,
      who: formatIdentityUri(client.identity),
    });
  });

  test("a leaf sent without its intermediate is accepted", async () => {
    const client = await server.client();
    expect(await verdict(server, { key: client.key, cert: client.certificatePem })).toMatchObject({
      status: 200,
    });
  });

  test("no certificate", async () => {
    expect(await verdict(server)).toEqual({ status: 401, code: "CertificateMissing" });
  });

  test("a certificate of another CA, even of the same names", async () => {
    const key = await generatePrivateKey();
    const stranger = await makeCa();
    const identity = newIdentity(TRUST_DOMAIN, "device");
    const leaf = await issueLeaf(
      stranger,
      { kind: "client", publicKey: publicKeyOf(key), identity },
      Date.now(),
    );
    const cert = leaf.certificatePem + stranger.issuingPem;
    expect(await verdict(server, { key, cert })).toEqual({
      status: 403,
      code: "CertificateForeign",
    });
  });

  test("expired and not yet valid certificates", async () => {
    const expired = await server.client("device", -60_000);
    expect(await verdict(server, expired)).toEqual({ status: 403, code: "CertificateExpired" });
    const key = await generatePrivateKey();
    const identity = newIdentity(TRUST_DOMAIN, "device");
    const request = { kind: "client" as const, publicKey: publicKeyOf(key), identity };
    const early = await issueLeaf(server.ca, request, Date.now() + 3 * HOUR);
    const cert = early.certificatePem + server.ca.issuingPem;
    expect(await verdict(server, { key, cert })).toEqual({
      status: 403,
      code: "CertificateNotYetValid",
    });
  });

  test("a server certificate is no client certificate", async () => {
    const key = await generatePrivateKey();
    const names = { dnsNames: ["localhost"], ips: [] };
    const leaf = await issueLeaf(
      server.ca,
      { kind: "server", publicKey: publicKeyOf(key), ...names },
      Date.now(),
    );
    const cert = leaf.certificatePem + server.ca.issuingPem;
    expect(await verdict(server, { key, cert })).toEqual({
      status: 403,
      code: "CertificateWrongUsage",
    });
  });

  test("a certificate without usages, which OpenSSL lets pass, is refused by us", async () => {
    const uri = {
      type: "url" as const,
      value: formatIdentityUri(newIdentity(TRUST_DOMAIN, "device")),
    };
    const odd = await oddCertificate(server, [new x509.SubjectAlternativeNameExtension([uri])]);
    expect(await verdict(server, odd)).toEqual({ status: 403, code: "CertificateWrongUsage" });
  });

  test("no identity, two identities, and an identity of another trust domain", async () => {
    const uri = (trustDomain: string) => ({
      type: "url" as const,
      value: formatIdentityUri(newIdentity(trustDomain, "device")),
    });
    const names = [
      [{ type: "dns" as const, value: "x" }],
      [uri(TRUST_DOMAIN), uri(TRUST_DOMAIN)],
      [uri("other")],
    ];
    for (const alternatives of names) {
      const odd = await oddCertificate(server, [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension(alternatives),
      ]);
      expect(await verdict(server, odd)).toEqual({ status: 403, code: "CertificateNoIdentity" });
    }
  });

  test("revoked, superseded and unknown certificates", async () => {
    const client = await server.client();
    const cases = [
      ["revoked", "CertificateRevoked"],
      ["superseded", "CertificateSuperseded"],
      ["unknown", "IdentityUnknown"],
    ] as const;
    for (const [status, code] of cases) {
      server.registry.setStatus(client.fingerprint, status);
      expect(await verdict(server, client)).toEqual({ status: 403, code });
    }
  });

  test("each request on an open connection is checked again", async () => {
    const client = await server.client();
    const connection = await openClient(server, client);
    expect(await connection.ask()).toMatchObject({ status: 200 });
    server.registry.setStatus(client.fingerprint, "revoked");
    expect(await connection.ask()).toEqual({ status: 403, code: "CertificateRevoked" });
    connection.socket.destroy();
  });

  test("revocation ends an idle keep-alive connection in the same tick", async () => {
    const client = await server.client();
    const bystander = await openClient(server, await server.client());
    const connection = await openClient(server, client);
    await connection.ask();
    await bystander.ask();
    const closed = once(connection.socket, "close");
    connection.socket.on("error", () => undefined);
    expect(server.verifier.isConnected(client.identity)).toBe(true);
    const openBefore = [...server.sockets].filter((socket) => !socket.destroyed).length;
    expect(server.verifier.disconnect(client.identity)).toBe(1);
    expect([...server.sockets].filter((socket) => !socket.destroyed)).toHaveLength(openBefore - 1);
    expect(server.verifier.isConnected(client.identity)).toBe(false);
    await closed;
    expect(await bystander.ask()).toMatchObject({ status: 200 });
    bystander.socket.destroy();
  });

  test("missed notices: one look over all connections ends those no longer active", async () => {
    const client = await server.client();
    const connection = await openClient(server, client);
    await connection.ask();
    connection.socket.on("error", () => undefined);
    expect(server.verifier.recheckAll()).toBe(0);
    server.registry.setStatus(client.fingerprint, "revoked");
    const closed = once(connection.socket, "close");
    expect(server.verifier.recheckAll()).toBe(1);
    await closed;
  });

  test("a session resumed from an old ticket does not outlive the revocation", async () => {
    const client = await server.client();
    const first = await openClient(server, client);
    await first.ask();
    await expect.poll(first.ticket).toBeDefined();
    const second = await openClient(server, client, first.ticket());
    expect(second.socket.isSessionReused()).toBe(true);
    expect(await second.ask()).toMatchObject({ status: 200 });
    // Why nothing is pinned by looking at the peer's certificate: here there is none.
    expect(Object.keys(second.socket.getPeerCertificate() ?? {})).toEqual([]);
    server.registry.setStatus(client.fingerprint, "revoked");
    const third = await openClient(server, client, first.ticket());
    expect(third.socket.isSessionReused()).toBe(true);
    expect(await third.ask()).toEqual({ status: 403, code: "CertificateRevoked" });
    for (const { socket } of [first, second, third]) socket.destroy();
  });

  test("closed connections are forgotten", async () => {
    const client = await server.client();
    const connection = await openClient(server, client);
    await connection.ask();
    connection.socket.destroy();
    await expect.poll(() => server.verifier.isConnected(client.identity)).toBe(false);
  });

  test("refusals are counted by code", async () => {
    const before = server.verifier.refusals().get("CertificateMissing") ?? 0;
    await verdict(server);
    expect(server.verifier.refusals().get("CertificateMissing")).toBe(before + 1);
  });
});

test("a connection ends when its certificate expires", async () => {
  const server = await startEstServer();
  // Two to three seconds: time in certificates has no finer grain.
  const client = await server.client("device", 3000);
  const connection = await openClient(server, client);
  expect(await connection.ask()).toMatchObject({ status: 200 });
  connection.socket.on("error", () => undefined);
  await once(connection.socket, "close");
  expect(await verdict(server, client)).toEqual({ status: 403, code: "CertificateExpired" });
  await server.close();
});

test("revocation ends an http2 session with an open stream at once", async () => {
  const server = await startEstServer({ http2: true });
  const client = await server.client();
  const session = connectHttp2(server.url, { ca: client.ca, key: client.key, cert: client.cert });
  session.on("error", () => undefined);
  const stream = session.request({
    ":path": "/.well-known/est/simplereenroll",
    ":method": "POST",
    "content-type": "application/pkcs10",
  });
  stream.on("error", () => undefined);
  stream.write("MII");
  await expect.poll(() => server.verifier.isConnected(client.identity)).toBe(true);
  const closed = once(session, "close");
  server.verifier.disconnect(client.identity, client.fingerprint);
  await closed;
  expect(server.verifier.connections()).toBe(0);
  await server.close();
});

test("only the kinds of identity that a listener serves may connect", async () => {
  const server = await startEstServer({ kinds: ["device"] });
  const sms = await server.client("sms");
  expect(await verdict(server, sms)).toEqual({ status: 403, code: "CertificateNoIdentity" });
  await server.close();
});
