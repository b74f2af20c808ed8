import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { text } from "node:stream/consumers";
import { connect as connectTls, createSecureContext } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEstTransport, type EstRequest } from "../client/est-transport.ts";
import { encodeBase64Lines } from "../crypto/base64.ts";
import { certificateFacts } from "../crypto/certificate-facts.ts";
import { createCsr } from "../crypto/csr.ts";
import { generatePrivateKey, publicKeyFingerprint, publicKeyOf } from "../crypto/keys.ts";
import { decodeCertsOnly } from "../crypto/pkcs7.ts";
import { startEstServer, type TestServer } from "../est-server.test-helper.ts";
import { type MintedToken, parseToken } from "../tokens/token-string.ts";
import { basicAuthorization } from "./basic-auth.ts";

let server: TestServer;
const transport = createEstTransport();

beforeAll(async () => {
  server = await startEstServer({ http2: true });
});
afterAll(() => server.close());

function authorization(minted: MintedToken): string {
  const parsed = parseToken(minted.token);
  return basicAuthorization(minted.id, parsed.ok ? parsed.value.secret : "");
}

function send(operation: string, request: Partial<EstRequest> & { type?: string } = {}) {
  const { type = "application/pkcs10", ...rest } = request;
  return transport({
    method: "POST",
    url: new URL(`${server.url}/.well-known/est/${operation}`),
    trust: { roots: server.ca.roots },
    ...rest,
    headers: { "content-type": type, ...rest.headers },
  });
}

async function csrBody(key?: string): Promise<string> {
  return encodeBase64Lines(await createCsr(key ?? (await generatePrivateKey()), "x"));
}

async function enrol(minted: MintedToken, key: string) {
  const headers = { authorization: authorization(minted) };
  return send("simpleenroll", { headers, body: await csrBody(key) });
}

const codeOf = (answer: { body: string }) => JSON.parse(answer.body).error.code;

test("cacerts answers the roots and the issuing CA", async () => {
  const answer = await send("cacerts", { method: "GET", trust: "unverified" });
  expect(answer.contentType).toBe("application/pkcs7-mime; smime-type=certs-only");
  expect(decodeCertsOnly(answer.body)).toEqual([...server.ca.roots, server.ca.issuingPem]);
});

test("csrattrs asks for nothing", async () => {
  expect(await send("csrattrs", { method: "GET" })).toMatchObject({ status: 204, body: "" });
});

test("100 enrolments race for one token with different keys: exactly one wins", async () => {
  const minted = server.token();
  const keys = await Promise.all(Array.from({ length: 100 }, generatePrivateKey));
  const answers = await Promise.all(keys.map((key) => enrol(minted, key)));
  const won = answers.filter((answer) => answer.status === 200);
  expect(won).toHaveLength(1);
  const lost = answers.filter((answer) => answer.status === 403);
  expect(lost.map(codeOf)).toEqual(Array.from({ length: 99 }, () => "TokenUsed"));
  expect(lost[0]?.body).toContain("Create a new enrollment token");
});

test("the same key gets the same certificate, however often and however parallel", async () => {
  const minted = server.token();
  const key = await generatePrivateKey();
  const answers = await Promise.all(Array.from({ length: 20 }, () => enrol(minted, key)));
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
  expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
});

test("only the public key of the request counts", async () => {
  const minted = server.token("device");
  const key = await generatePrivateKey();
  const csr = await createCsr(key, "spiffe://test.breakwater/sms/root");
  const headers = { authorization: authorization(minted) };
  const answer = await send("simpleenroll", { headers, body: encodeBase64Lines(csr) });
  const [pem = ""] = decodeCertsOnly(answer.body) ?? [];
  const facts = certificateFacts(pem);
  expect(facts.publicKeyFingerprint).toBe(publicKeyFingerprint(publicKeyOf(key)));
  expect(facts.identity?.kind).toBe("device");
  expect(server.registry.certificates.get(facts.fingerprint)?.certificatePem).toBe(pem);
});

test.each([
  ["CRLF lines", (body: string) => body.replaceAll("\n", "\r\n")],
  ["one line without a line end", (body: string) => body.replaceAll("\n", "")],
  ["blanks around", (body: string) => `\n  ${body}\n\n`],
  [
    "PEM armour",
    (body: string) =>
      `-----BEGIN CERTIFICATE REQUEST-----\n${body}-----END CERTIFICATE REQUEST-----\n`,
  ],
])("base64 with %s is understood", async (_name, spell) => {
  const headers = { authorization: authorization(server.token()) };
  const body = spell(await csrBody());
  expect(await send("simpleenroll", { headers, body })).toMatchObject({ status: 200 });
});

test("answers have plain line ends, which coreutils' base64 needs", async () => {
  const { body } = await enrol(server.token(), await generatePrivateKey());
  expect(body).not.toContain("\r");
  expect(body.endsWith("\n")).toBe(true);
});

test("bad requests get a code and a remedy, and the token stays good", async () => {
  const minted = server.token();
  const headers = { authorization: authorization(minted) };
  const good = await csrBody();
  const forged = Buffer.from(good, "base64");
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  const cases: [string, number, Parameters<typeof send>[1]][] = [
    ["CsrMalformed", 400, { headers, body: "AAAA" }],
    ["CsrMalformed", 400, { headers, body: "not base64 at all!" }],
    ["CsrMalformed", 400, { headers, body: "" }],
    ["CsrMalformed", 400, { headers, body: Buffer.alloc(4096, 7).toString("base64") }],
    ["CsrUnproven", 400, { headers, body: forged.toString("base64") }],
    ["ContentTypeWrong", 415, { headers, body: good, type: "application/json" }],
    ["BodyTooLarge", 413, { headers, body: "A".repeat(17_000) }],
    ["BodyTooLarge", 413, { headers, body: "A".repeat(2_000_000) }],
    ["CredentialsMissing", 401, { body: good }],
    ["CredentialsMissing", 401, { headers: { authorization: "Bearer x" }, body: good }],
    [
      "TokenUnknown",
      401,
      { headers: { authorization: basicAuthorization(minted.id, "guess") }, body: good },
    ],
  ];
  for (const [code, status, request] of cases) {
    const answer = await send("simpleenroll", request);
    expect({ code: codeOf(answer), status: answer.status }).toEqual({ code, status });
    expect(JSON.parse(answer.body).error.details[0].remedy).toMatch(/\.$/);
  }
  expect(await send("simpleenroll", { headers, body: good })).toMatchObject({ status: 200 });
});

test("expired and withdrawn tokens say so", async () => {
  const key = await generatePrivateKey();
  const withdrawn = server.token();
  server.registry.revokeToken(withdrawn.id);
  expect(codeOf(await enrol(server.token("device", -1000), key))).toBe("TokenExpired");
  expect(codeOf(await enrol(withdrawn, key))).toBe("TokenRevoked");
});

test("weak keys are refused", async () => {
  const { webcrypto } = await import("node:crypto");
  const { x509 } = await import("../crypto/x509.ts");
  const weak = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 1024 };
  const publicExponent = new Uint8Array([1, 0, 1]);
  const keys = await webcrypto.subtle.generateKey({ ...weak, publicExponent }, true, [
    "sign",
    "verify",
  ]);
  const signingAlgorithm = { name: weak.name, hash: weak.hash };
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm });
  const headers = { authorization: authorization(server.token()) };
  const body = encodeBase64Lines(new Uint8Array(csr.rawData));
  expect(codeOf(await send("simpleenroll", { headers, body }))).toBe("KeyNotAllowed");
});

test("other methods and operations are refused by name", async () => {
  expect(await send("cacerts", { body: "" })).toMatchObject({ status: 405 });
  expect(await send("simpleenroll", { method: "GET" })).toMatchObject({ status: 405 });
  expect(codeOf(await send("serverkeygen", { body: "" }))).toBe("EstPathUnknown");
});

test("a renewal copies the identity, wants a new key, and repeats a lost answer", async () => {
  const client = await server.client("sms");
  const newKey = await generatePrivateKey();
  const renew = async (key: string) => send("simplereenroll", { body: await csrBody(key), client });
  const first = await renew(newKey);
  const [pem = ""] = decodeCertsOnly(first.body) ?? [];
  expect(certificateFacts(pem).identity).toEqual(client.identity);
  expect((await renew(newKey)).body).toBe(first.body);
  expect(codeOf(await renew(client.key))).toBe("KeyReused");
});

test("no renewal without a good certificate", async () => {
  const client = await server.client();
  server.registry.setStatus(client.fingerprint, "revoked");
  const body = await csrBody();
  expect(codeOf(await send("simplereenroll", { body }))).toBe("CertificateMissing");
  expect(codeOf(await send("simplereenroll", { body, client }))).toBe("CertificateRevoked");
});

test("EST over HTTP/2: enrolment, and refusals before the body is read", async () => {
  const session = connectHttp2(server.url, { ca: [...server.ca.roots] });
  const post = async (headers: Record<string, string>, body: string) => {
    const stream = session.request({
      ":method": "POST",
      ":path": "/.well-known/est/simpleenroll",
      ...headers,
    });
    stream.end(body);
    const [answer] = await once(stream, "response");
    return { status: answer[":status"], body: await text(stream) };
  };
  const headers = {
    authorization: authorization(server.token()),
    "content-type": "application/pkcs10",
  };
  expect(await post({ "content-type": "application/pkcs10" }, await csrBody())).toMatchObject({
    status: 401,
  });
  expect(codeOf(await post(headers, "A".repeat(20_000)))).toBe("BodyTooLarge");
  const enrolled = await post(headers, await csrBody());
  expect(decodeCertsOnly(enrolled.body)).toHaveLength(1);
  session.close();
});

test("an HTTP/1.0 client gets HTTP/1.0 status lines and a closed connection", async () => {
  const raw = async (request: string) => {
    const socket = connectTls({
      port: server.port,
      host: "localhost",
      servername: "localhost",
      secureContext: createSecureContext({ ca: [...server.ca.roots] }),
    });
    await once(socket, "secureConnect");
    socket.write(request);
    return text(socket);
  };
  const cacerts = await raw("GET /.well-known/est/cacerts HTTP/1.0\r\n\r\n");
  expect(cacerts).toMatch(/^HTTP\/1\.0 200 OK\r\n/);
  expect(decodeCertsOnly(cacerts.split("\r\n\r\n")[1] ?? "")).toHaveLength(2);
  const body = await csrBody();
  const enrolled = await raw(
    `POST /.well-known/est/simpleenroll HTTP/1.0\r\nContent-Type: application/pkcs10\r\n` +
      `Authorization: ${authorization(server.token())}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(enrolled).toMatch(/^HTTP\/1\.0 200 OK\r\n/);
  const refused = await raw("POST /.well-known/est/simpleenroll HTTP/1.0\r\n\r\n");
  expect(refused).toMatch(/^HTTP\/1\.0 401 Unauthorized\r\n/);
});

test("a client that goes away in the middle of its body leaves the token good", async () => {
  const minted = server.token();
  const before = server.events.length;
  const socket = connectTls({
    port: server.port,
    ca: [...server.ca.roots],
    servername: "localhost",
  });
  await once(socket, "secureConnect");
  socket.write(
    `POST /.well-known/est/simpleenroll HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/pkcs10\r\n` +
      `Authorization: ${authorization(minted)}\r\nContent-Length: 500\r\n\r\nMIIB`,
    () => socket.destroy(),
  );
  await expect.poll(() => server.events[before]?.outcome).toBe("RequestIncomplete");
  expect(await enrol(minted, await generatePrivateKey())).toMatchObject({ status: 200 });
});

test("events tell the outcome and the token, never its secret", async () => {
  const minted = server.token();
  await enrol(minted, await generatePrivateKey());
  const event = server.events.at(-1);
  expect(event).toMatchObject({ operation: "simpleenroll", outcome: "issued", subject: minted.id });
  expect(JSON.stringify(server.events)).not.toContain(authorization(minted).slice(60));
});
