import type { EveEvent, EveHttp } from "@breakwater/suricata";
import type { z } from "zod";

type Http = z.infer<typeof EveHttp>;

/** The host that a request names, without its port. Of HTTP/2 the engine logs the fields only. */
export function requestedHost(event: EveEvent): string | undefined {
  const http = httpOf(event);
  return http?.hostname ?? authorityOf(http)?.host;
}

/** `host[:port]/path?query` as the request named it. */
export function requestedUrl(event: EveEvent): string | undefined {
  const http = httpOf(event);
  const host = requestedHost(event);
  if (host === undefined || http?.url === undefined) return undefined;
  const port = http.http_port ?? authorityOf(http)?.port;
  return `${host}${port === undefined ? "" : `:${port}`}${targetOf(http.url)}`;
}

/** The same with the server's own port, which counts as well although the request need not name it. */
export function reachedUrl(event: EveEvent): string | undefined {
  const http = httpOf(event);
  const host = requestedHost(event);
  if (host === undefined || http?.url === undefined || event.dest_port === undefined)
    return undefined;
  return `${host}:${event.dest_port}${targetOf(http.url)}`;
}

function httpOf(event: EveEvent): Http | undefined {
  return "http" in event ? event.http : undefined;
}

function targetOf(url: string): string {
  return url.startsWith("/") ? url : `/${url.replace(/^[a-z]+:\/\/[^/]*\/?/i, "")}`;
}

function authorityOf(http: Http | undefined): { host: string; port?: string } | undefined {
  const fields = http?.request_headers ?? [];
  const value = [":authority", "host"]
    .map((name) => fields.find((field) => field.name === name)?.value)
    .find((text) => text !== undefined);
  const [, host, port] = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(value ?? "") ?? [];
  if (host === undefined || host === "") return undefined;
  return port === undefined ? { host } : { host, port };
}
