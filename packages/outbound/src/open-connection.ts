import { X509Certificate } from "node:crypto";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, rootCertificates } from "node:tls";
import { portOf } from "./check-url.ts";
import { OutboundError } from "./outbound-error.ts";
import type { OutboundRequest } from "./outbound-request.ts";
import { isExcluded } from "./proxy-exclusions.ts";
import { openTunnel } from "./proxy-tunnel.ts";
import {
  type Address,
  checkHost,
  hostOf,
  notAllowed,
  resolveTarget,
  type Surroundings,
} from "./resolve-target.ts";

/** What is to be closed when the exchange is given up. */
export type Closable = { destroy(error?: Error): unknown };

type Settings = Pick<OutboundRequest, "allowPrivate" | "ca" | "proxy">;

/**
 * A connection over which the URL can be requested: direct or through the proxy, with TLS for https.
 * Everything opened on the way is reported to `onOpen`.
 */
export async function openConnection(
  url: URL,
  settings: Settings,
  surroundings: Surroundings,
  onOpen: (connection: Closable) => void,
): Promise<Socket> {
  const { proxy } = settings;
  const ca = trusted(settings.ca);
  let socket: Socket;
  if (proxy !== undefined && !isExcluded(hostOf(url), proxy.exclusions)) {
    checkHost(url, settings.allowPrivate, surroundings.isSpecial);
    socket = await openTunnel(url, proxy, ca, onOpen);
  } else {
    const addresses = await resolveTarget(url, settings.allowPrivate, surroundings);
    socket = await openDirect(url, addresses, onOpen);
  }
  onOpen(socket);
  return url.protocol === "https:" ? secured(socket, url, ca, onOpen) : socket;
}

/** Our own authorities replace the well-known ones or come on top; undefined for the well-known. */
function trusted(ca: OutboundRequest["ca"]): readonly string[] | undefined {
  if (ca === undefined || (ca.certificates.length === 0 && !ca.only)) return undefined;
  try {
    for (const certificate of ca.certificates) void new X509Certificate(certificate);
  } catch {
    const message = "A certificate authority of this connection cannot be read";
    throw new OutboundError("InvalidRequest", message, "Give certificates in PEM form");
  }
  return ca.only ? ca.certificates : [...rootCertificates, ...ca.certificates];
}

async function openDirect(
  url: URL,
  addresses: readonly Address[],
  onOpen: (connection: Closable) => void,
): Promise<Socket> {
  const host = hostOf(url);
  const socket = connectTcp({
    host,
    port: portOf(url),
    autoSelectFamily: true,
    // No second resolution, which might give another answer than the one that was checked.
    lookup: (_, options, done) => {
      const [first] = addresses;
      if (options.all === true) done(null, [...addresses]);
      else done(null, first?.address ?? "", first?.family);
    },
  });
  onOpen(socket);
  await eventOf(socket, "connect");
  const remote = (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
  if (!addresses.some(({ address }) => sameAddress(address, remote))) {
    socket.destroy();
    throw notAllowed(host, remote);
  }
  return socket;
}

function sameAddress(one: string, other: string): boolean {
  return one === other || (isIP(one) === 6 && isIP(other) === 6 && spelled(one) === spelled(other));
}

function spelled(address: string): string {
  return new URL(`http://[${address.replace(/%.*$/, "")}]`).hostname;
}

async function secured(
  socket: Socket,
  url: URL,
  ca: readonly string[] | undefined,
  onOpen: (connection: Closable) => void,
): Promise<Socket> {
  const host = hostOf(url);
  const secure = connectTls({
    socket,
    host,
    ALPNProtocols: ["http/1.1"],
    minVersion: "TLSv1.2",
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca: [...ca] }),
  });
  onOpen(secure);
  await eventOf(secure, "secureConnect");
  return secure;
}

/** Settles also when the connection is closed without a word. */
function eventOf(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.on("error", reject);
    socket.once("close", () => {
      reject(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
    });
  });
}
