import { once } from "node:events";
import { createSecureServer } from "node:http2";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { createCa } from "./ca/create-ca.ts";
import { issueLeaf } from "./ca/issue-leaf.ts";
import { type CertificateAuthority, openCa } from "./ca/open-ca.ts";
import { issueServerCredentials, serverTlsOptions } from "./ca/server-credentials.ts";
import { generatePrivateKey, publicKeyOf } from "./crypto/keys.ts";
import { errorReply } from "./errors.ts";
import { createEstHandler, type EstEvent } from "./est/est-handler.ts";
import type { AnyResponse, HttpRequest } from "./est/http-types.ts";
import { formatIdentityUri, type IdentityKind } from "./identity-uri.ts";
import { createMemoryRegistry, newIdentity } from "./memory-registry.test-helper.ts";
import { createPeerVerifier } from "./peer/peer-verifier.ts";
import { mintToken } from "./tokens/token-string.ts";

export const TRUST_DOMAIN = "test.breakwater";
const HOUR = 3_600_000;

export type TestServer = Awaited<ReturnType<typeof startEstServer>>;

export async function makeCa(now: () => number = Date.now): Promise<CertificateAuthority> {
  return openCa(await createCa({ trustDomain: TRUST_DOMAIN, name: "Test" }, now));
}

/** EST, peer verifier and `/whoami` on a real TLS listener, as an application combines them. */
export async function startEstServer(
  options: { http2?: boolean; now?: () => number; hosts?: string[]; kinds?: IdentityKind[] } = {},
) {
  const now = options.now ?? Date.now;
  const ca = await makeCa(now);
  const registry = createMemoryRegistry(TRUST_DOMAIN, now);
  const events: EstEvent[] = [];
  const verifier = createPeerVerifier({
    trustDomain: TRUST_DOMAIN,
    kinds: options.kinds ?? ["sms", "device", "gateway"],
    lookup: registry.lookup,
    now,
  });
  const est = createEstHandler({
    ca: () => ca,
    port: registry.port,
    checkPeer: verifier.check,
    now,
    onEvent: (event) => events.push(event),
  });

  function onRequest(request: HttpRequest, response: AnyResponse): void {
    if (est(request, response)) return;
    const peer = verifier.check(request);
    const { status, body } =
      peer.kind === "refused"
        ? errorReply(peer.code)
        : { status: 200, body: { who: formatIdentityUri(peer.identity) } };
    response.writeHead(status, { "content-type": "application/json" });
    (response as { end(text: string): unknown }).end(JSON.stringify(body));
  }

  const credentials = await issueServerCredentials(
    ca,
    options.hosts ?? ["localhost", "127.0.0.1", "::1"],
    now(),
  );
  const tls = serverTlsOptions(credentials);
  const server =
    options.http2 === true
      ? createSecureServer({ ...tls, allowHTTP1: true }, onRequest)
      : createServer(tls, onRequest);
  verifier.attach(server);
  const sockets = new Set<TLSSocket>();
  server.on("secureConnection", (socket: TLSSocket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    ca,
    registry,
    verifier,
    events,
    server,
    sockets,
    port,
    url: `https://localhost:${port}`,
    /** A token string, known to the server. */
    token(kind: IdentityKind = "device", lifetime = 24 * HOUR, url = `https://localhost:${port}`) {
      const expiresAt = now() + lifetime;
      const minted = mintToken({ url, caPin: ca.pin, kind, expiresAt });
      registry.addToken(minted.id, kind, minted.secretHash, expiresAt);
      return minted;
    },
    /** Key and certificate of an enrolled client, without going through EST. */
    async client(kind: IdentityKind = "device", lifetime?: number) {
      const key = await generatePrivateKey();
      const identity = newIdentity(TRUST_DOMAIN, kind);
      const issued = await issueLeaf(
        ca,
        {
          kind: "client",
          publicKey: publicKeyOf(key),
          identity,
          ...(lifetime === undefined ? {} : { lifetime }),
        },
        now(),
      );
      registry.record(identity, issued);
      const cert = issued.certificatePem + ca.issuingPem;
      return { ...issued, key, cert, ca: ca.roots.join(""), identity };
    },
    async close(): Promise<void> {
      verifier.stop();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
