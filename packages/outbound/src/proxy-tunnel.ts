import { type ClientRequest, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { portOf } from "./check-url.ts";
import { explainFailure } from "./explain-failure.ts";
import { OutboundError } from "./outbound-error.ts";
import type { ProxySettings } from "./outbound-request.ts";
import { hostOf } from "./resolve-target.ts";

/** A connection to the target through an HTTP proxy (CONNECT, RFC 9110 section 9.3.6). */
export function openTunnel(
  target: URL,
  proxy: ProxySettings,
  ca: readonly string[] | undefined,
  onOpen: (connection: ClientRequest) => void,
): Promise<Socket> {
  const url = proxyUrl(proxy);
  const authority = `${target.hostname}:${portOf(target)}`;
  const request = (url.protocol === "https:" ? httpsRequest : httpRequest)({
    method: "CONNECT",
    host: hostOf(url),
    port: portOf(url),
    path: authority,
    headers: { host: authority, ...proxyCredentials(proxy) },
    agent: false,
    ...(ca === undefined ? {} : { ca: [...ca] }),
  });
  onOpen(request);
  return new Promise((resolve, reject) => {
    request.once("connect", (response, socket, head) => {
      socket.on("error", () => undefined);
      if (response.statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      } else {
        socket.destroy();
        reject(refusal(response.statusCode ?? 0, url.host, proxy.user !== undefined));
      }
    });
    request.on("error", (error) => reject(unreachable(error, url.host)));
    request.once("close", () => reject(closed(url.host)));
    request.end();
  });
}

function proxyUrl(proxy: ProxySettings): URL {
  const url = URL.canParse(proxy.url) ? new URL(proxy.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const remedy = "Write it as http://proxy.example:3128";
    throw new OutboundError(
      "InvalidRequest",
      "The proxy's address is no http or https URL",
      remedy,
    );
  }
  return url;
}

function proxyCredentials({ user, password }: ProxySettings): { "proxy-authorization"?: string } {
  if (user === undefined) return {};
  const pair = Buffer.from(`${user}:${password ?? ""}`, "utf8").toString("base64");
  return { "proxy-authorization": `Basic ${pair}` };
}

function refusal(status: number, proxy: string, withUser: boolean): OutboundError {
  if (status === 407) {
    const message = withUser
      ? `The proxy ${proxy} refuses the user name or password`
      : `The proxy ${proxy} wants a user name and password`;
    return new OutboundError("Proxy", message, "Correct them in the proxy settings");
  }
  const message = `The proxy ${proxy} refuses the connection (status ${status})`;
  return new OutboundError("Proxy", message, "Have the server allowed there, or exclude it");
}

function unreachable(error: Error, proxy: string): OutboundError {
  const explained = explainFailure(error, `The proxy ${proxy}`);
  if (!(explained instanceof OutboundError)) return closed(proxy);
  return new OutboundError("Proxy", explained.message, explained.remedy);
}

function closed(proxy: string): OutboundError {
  const message = `The proxy ${proxy} closed the connection without an answer`;
  return new OutboundError("Proxy", message, "Check that it is an HTTP proxy");
}
