import { once } from "node:events";
import { readdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { createServer as createHttpsServer, request as httpsRequest } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { issueServerCredentials, serverTlsOptions } from "../ca/server-credentials.ts";
import { certificateFacts } from "../crypto/certificate-facts.ts";
import { startEstServer, type TestServer } from "../est-server.test-helper.ts";
import { temporaryDirectory } from "../temporary-directory.test-helper.ts";
import { mintToken } from "../tokens/token-string.ts";
import { enrollWithToken } from "./enroll-with-token.ts";
import { createEstTransport, type EstTransport } from "./est-transport.ts";
import { openIdentityStore } from "./identity-store.ts";
import { renewIdentity } from "./renew-identity.ts";

let server: TestServer;
const transport = createEstTransport({ timeoutMs: 10_000 });
const now = Date.now;

beforeAll(async () => {
  server = await startEstServer({ http2: true });
});
afterAll(() => server.close());

async function enrol(directory: string, token: string, using: EstTransport = transport) {
  const store = await openIdentityStore(directory);
  const identity = await enrollWithToken({ token, kind: "device", store, transport: using, now });
  return { store, identity };
}

/** The request arrives, its answer does not. */
function losingAnswers(times: number): EstTransport {
  let left = times;
  return async (request) => {
    const answer = await transport(request);
    if (request.method === "GET" || left === 0) return answer;
    left -= 1;
    throw new Error("answer lost");
  };
}

function portOf(listening: Pick<Server, "address">): number {
  return (listening.address() as AddressInfo).port;
}

function whoami(tls: object, url = server.url): Promise<string> {
  return new Promise((resolve, reject) => {
    httpsRequest(`${url}/whoami`, { ...tls, agent: false }, (response) => {
      response.setEncoding("utf8").on("data", (body: string) => resolve(body));
    })
      .on("error", reject)
      .end();
  });
}

test("a token becomes an identity on disk that the server knows", async () => {
  const directory = await temporaryDirectory();
  const { identity, store } = await enrol(directory, server.token().token);
  expect(await whoami(store.tlsOptions())).toContain(identity.meta.identityUri);
  const current = join(directory, "current");
  expect((await readdir(current)).sort()).toEqual(["ca.pem", "cert.pem", "key.pem", "meta.json"]);
  expect((await stat(join(current, "key.pem"))).mode & 0o777).toBe(0o600);
  expect((await stat(join(directory, "generations"))).mode & 0o077).toBe(0);
  expect(await readdir(directory)).not.toContain("pending.json");
  const reopened = await openIdentityStore(directory);
  expect(reopened.current()).toEqual(identity);
});

test("a lost answer burns nothing: the next try, after a restart, gets the same certificate", async () => {
  const directory = await temporaryDirectory();
  const { token } = server.token();
  await expect(enrol(directory, token, losingAnswers(1))).rejects.toThrow("answer lost");
  const issued = [...server.registry.certificates.values()].at(-1);
  const { identity } = await enrol(directory, token);
  expect(identity.meta.fingerprint).toBe(issued?.fingerprint);
});

test("an enrolment that is done stays done, even when the token has expired since", async () => {
  const directory = await temporaryDirectory();
  const { token } = server.token("device", 60_000);
  const { identity, store } = await enrol(directory, token);
  const later = () => now() + 120_000;
  const refusing: EstTransport = () => Promise.reject(new Error("no request expected"));
  expect(
    await enrollWithToken({ token, kind: "device", store, transport: refusing, now: later }),
  ).toEqual(identity);
});

test("a used token is refused on another machine, with a remedy", async () => {
  const { token } = server.token();
  await enrol(await temporaryDirectory(), token);
  await expect(enrol(await temporaryDirectory(), token)).rejects.toMatchObject({
    reason: "TokenUsed",
    remedy: expect.stringContaining("new enrollment token"),
  });
});

test("expired, foreign, mistyped and malformed tokens are refused before any request", async () => {
  const silent: EstTransport = () => Promise.reject(new Error("no request expected"));
  const good = server.token().token;
  const cases = [
    [server.token("device", -1000).token, "TokenExpired"],
    [server.token("sms").token, "TokenForeign"],
    [`${good.slice(0, -1)}${good.endsWith("A") ? "B" : "A"}`, "TokenMistyped"],
    ["hello", "TokenMalformed"],
  ] as const;
  for (const [token, reason] of cases) {
    await expect(enrol(await temporaryDirectory(), token, silent)).rejects.toMatchObject({
      reason,
    });
  }
});

test("another server under the same address is found by the pin, and learns no secret", async () => {
  const impostor = await startEstServer();
  const { token } = server.token("device", 60_000, impostor.url);
  await expect(enrol(await temporaryDirectory(), token)).rejects.toMatchObject({
    reason: "CaPinMismatch",
    message: expect.stringContaining("Test root"),
  });
  expect(impostor.events).toEqual([]);
  await impostor.close();
});

test("an impostor that replays the right CA certificates fails at the TLS handshake", async () => {
  const impostor = await startEstServer();
  const replaying: EstTransport = (request) =>
    transport({
      ...request,
      url: new URL(
        request.url.pathname,
        request.trust === "unverified" ? server.url : impostor.url,
      ),
    });
  await expect(
    enrol(await temporaryDirectory(), server.token().token, replaying),
  ).rejects.toMatchObject({
    reason: "ServerUntrusted",
  });
  expect(impostor.events).toEqual([]);
  await impostor.close();
});

test("an IP address as server: no server name is sent, and the address is checked", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  const { token } = server.token("device", 60_000, `https://127.0.0.1:${server.port}`);
  const { identity, store } = await enrol(await temporaryDirectory(), token);
  await renewIdentity({ store, transport, now });
  expect(identity.meta.url).toBe(`https://127.0.0.1:${server.port}`);
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
});

test("a server whose certificate lacks the name is not trusted, though its CA is", async () => {
  const other = await startEstServer({ hosts: ["sms.example"] });
  await expect(enrol(await temporaryDirectory(), other.token().token)).rejects.toMatchObject({
    reason: "ServerUntrusted",
    message: expect.stringContaining("localhost"),
  });
  await other.close();
});

test("nobody listening, and a server that falls silent", async () => {
  const dead = server.token("device", 60_000, "https://127.0.0.1:1");
  await expect(enrol(await temporaryDirectory(), dead.token)).rejects.toMatchObject({
    reason: "ServerUnreachable",
  });
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const token = server.token("device", 60_000, `https://127.0.0.1:${portOf(silent)}`).token;
  const impatient = createEstTransport({ timeoutMs: 200 });
  await expect(enrol(await temporaryDirectory(), token, impatient)).rejects.toMatchObject({
    reason: "ServerUnreachable",
  });
  silent.close();
});

test("an answer that is no certificate, or one for another key, is not stored", async () => {
  const answers = {
    "a portal page": { contentType: "text/html", body: "<html>" },
    "no pkcs7": { contentType: "application/pkcs7-mime", body: "AAAA" },
  };
  for (const answer of Object.values(answers)) {
    const portal: EstTransport = async (request) =>
      request.method === "GET" ? transport(request) : { status: 200, ...answer };
    const directory = await temporaryDirectory();
    await expect(enrol(directory, server.token().token, portal)).rejects.toMatchObject({
      reason: "ServerAnswerInvalid",
    });
    expect((await openIdentityStore(directory)).current()).toBeUndefined();
  }
  let first: Awaited<ReturnType<EstTransport>> | undefined;
  const mixing: EstTransport = async (request) => {
    const answer = await transport(request);
    if (request.method === "GET") return answer;
    first ??= answer;
    return first;
  };
  await enrol(await temporaryDirectory(), server.token().token, mixing);
  await expect(
    enrol(await temporaryDirectory(), server.token().token, mixing),
  ).rejects.toMatchObject({ message: expect.stringContaining("our key") });
});

test("an answer cut off in the middle ends in an error, not in waiting", async () => {
  const credentials = await issueServerCredentials(server.ca, ["localhost"], now());
  const cutting = createHttpsServer(serverTlsOptions(credentials), (request, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("MII", () => request.socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(cutting, "listening");
  const url = new URL(`https://localhost:${portOf(cutting)}/.well-known/est/cacerts`);
  await expect(transport({ method: "GET", url, trust: "unverified" })).rejects.toMatchObject({
    reason: "ServerUnreachable",
  });
  cutting.close();
});

test("renewal: new key, same identity, new connections use it and old files are gone", async () => {
  const directory = await temporaryDirectory();
  const { store, identity } = await enrol(directory, server.token().token);
  const seen: (string | undefined)[] = [];
  store.onChange((changed) => seen.push(changed?.meta.fingerprint));
  const renewed = await renewIdentity({ store, transport, now });
  expect(renewed.identity).toEqual(identity.identity);
  expect(renewed.key).not.toBe(identity.key);
  expect(seen).toEqual([renewed.meta.fingerprint]);
  expect(await whoami(store.tlsOptions())).toContain(identity.meta.identityUri);
  expect(await readdir(join(directory, "generations"))).toHaveLength(1);
  const onDisk = await readFile(join(directory, "current", "cert.pem"), "utf8");
  expect(certificateFacts(onDisk).fingerprint).toBe(renewed.meta.fingerprint);
});

test("a renewal whose answer was lost is repeated with the same key", async () => {
  const { store } = await enrol(await temporaryDirectory(), server.token().token);
  const before = server.registry.certificates.size;
  await expect(renewIdentity({ store, transport: losingAnswers(1), now })).rejects.toThrow("lost");
  await renewIdentity({ store, transport, now });
  expect(server.registry.certificates.size).toBe(before + 1);
});

test("a disconnect during a renewal wins", async () => {
  const { store } = await enrol(await temporaryDirectory(), server.token().token);
  const slow: EstTransport = async (request) => {
    const answer = await transport(request);
    if (request.method === "POST") await store.clear();
    return answer;
  };
  await expect(renewIdentity({ store, transport: slow, now })).rejects.toMatchObject({
    code: "Conflict",
  });
  expect(store.current()).toBeUndefined();
});

test("crash leftovers: half a generation and temporary files disappear, the identity stays", async () => {
  const directory = await temporaryDirectory();
  const { identity } = await enrol(directory, server.token().token);
  const { mkdir, symlink } = await import("node:fs/promises");
  await mkdir(join(directory, "generations", "half"));
  await writeFile(join(directory, "generations", "half", "key.pem"), "half a key");
  await symlink("generations/half", join(directory, "current.half.tmp"));
  await writeFile(join(directory, "pending.json"), '{"purpose":');
  const store = await openIdentityStore(directory);
  expect(store.current()).toEqual(identity);
  expect(await readdir(join(directory, "generations"))).toEqual([
    (await readlink(join(directory, "current"))).split("/")[1],
  ]);
  expect(await store.pendingKey("x")).toContain("PRIVATE KEY");
  expect(await store.pendingKey("x")).toBe(await store.pendingKey("x"));
});

test("a damaged identity is an error that says what to do, not a silent fresh start", async () => {
  const directory = await temporaryDirectory();
  await enrol(directory, server.token().token);
  await writeFile(join(directory, "current", "meta.json"), "{}");
  await expect(openIdentityStore(directory)).rejects.toThrow(/enrol again/);
});

test("a token's url decides where to enrol: unknown token there is refused by name", async () => {
  const grant = { url: server.url, caPin: server.ca.pin, kind: "device" as const };
  const foreign = mintToken({ ...grant, expiresAt: now() + 60_000 });
  await expect(enrol(await temporaryDirectory(), foreign.token)).rejects.toMatchObject({
    reason: "TokenUnknown",
  });
});
