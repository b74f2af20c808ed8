import { createHash, X509Certificate } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createCa, issueServerCredentials, openCa } from "@breakwater/pki";

export type RecordedRequest = { method: string; url: string; authorization: string | undefined };

export type WebApiServer = {
  port: number;
  /** Root certificate, PEM. */
  ca: string;
  fingerprint: string;
  requests: RecordedRequest[];
  /** What it holds: parameter and value → tag list. */
  entries: Map<string, string>;
  /** Status to answer instead of doing the work. */
  refuse: (request: RecordedRequest) => number | undefined;
  /** Ends connections and stops listening. */
  down: () => Promise<void>;
  up: () => Promise<void>;
};

/** A server of the reputation web API over real TLS that records what it is sent. */
export async function startWebApiServer(): Promise<WebApiServer> {
  const subject = { trustDomain: "sms.test", name: "Other SMS" };
  const ca = await openCa(await createCa(subject, Date.now));
  const credentials = await issueServerCredentials(ca, ["127.0.0.1"], Date.now());
  const sockets = new Set<Duplex>();
  const http = createServer(
    { key: credentials.key, cert: credentials.cert },
    (request, response) => {
      const recorded = {
        method: request.method ?? "",
        url: request.url ?? "",
        authorization: request.headers.authorization,
      };
      server.requests.push(recorded);
      request.resume();
      const status = server.refuse(recorded) ?? answer(server.entries, recorded.url);
      response.writeHead(status, status === 302 ? { location: "https://127.0.0.1:9/" } : {}).end();
    },
  );
  http.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      http.once("error", reject);
      http.listen(port, "127.0.0.1", resolve);
    });
  await listen(0);
  const { port } = http.address() as AddressInfo;
  const der = new X509Certificate(credentials.cert).raw;
  const server: WebApiServer = {
    port,
    ca: ca.trusted.join("\n"),
    fingerprint: createHash("sha256").update(der).digest("hex"),
    requests: [],
    entries: new Map(),
    refuse: () => undefined,
    down: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    up: () => listen(port),
  };
  return server;
}

function answer(entries: Map<string, string>, target: string): number {
  const url = new URL(target, "https://127.0.0.1");
  const [parameter, value] = [...url.searchParams][0] ?? ["", ""];
  const key = `${parameter}=${value}`;
  if (url.pathname === "/repEntries/add") {
    entries.set(key, url.searchParams.get("TagData") ?? "");
    return 200;
  }
  if (url.pathname === "/repEntries/delete") return entries.delete(key) ? 200 : 412;
  if (url.pathname === "/repEntries/query") return entries.has(key) ? 200 : 204;
  return 404;
}
