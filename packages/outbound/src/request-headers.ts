import { validateHeaderName, validateHeaderValue } from "node:http";
import { OutboundError } from "./outbound-error.ts";
import type { Credentials, OutboundRequest } from "./outbound-request.ts";

/** All headers of a request but those that belong to the connection, names in lower case. */
export function requestHeaders(request: OutboundRequest): Record<string, string> {
  const headers: Record<string, string> = {
    accept: "*/*",
    "accept-encoding": "gzip, br, deflate",
    "user-agent": "Breakwater",
  };
  const given = Object.entries(request.headers ?? {});
  for (const [name, value] of given) headers[name.toLowerCase()] = value;
  if (request.etag !== undefined) headers["if-none-match"] = request.etag;
  if (request.lastModified !== undefined) headers["if-modified-since"] = request.lastModified;
  const credentials = request.credentials;
  if (credentials !== undefined) Object.assign(headers, credentialHeader(credentials));
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  return headers;
}

function credentialHeader(credentials: Credentials): Record<string, string> {
  switch (credentials.kind) {
    case "basic": {
      const pair = Buffer.from(`${credentials.user}:${credentials.password}`, "utf8");
      return { authorization: `Basic ${pair.toString("base64")}` };
    }
    case "bearer":
      return { authorization: `Bearer ${credentials.token}` };
    case "header":
      return { [credentials.name.toLowerCase()]: credentials.value };
  }
}

/** The value may be a secret, so Node's own message is not handed on. */
function checkHeader(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    const message = `The header "${name.slice(0, 60)}" has a name or value that cannot be sent`;
    const remedy = "Leave out line breaks, and characters outside Latin-1";
    throw new OutboundError("InvalidRequest", message, remedy);
  }
}
