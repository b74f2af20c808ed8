import { STATUS_CODES } from "node:http";
import { encodeCertsOnly } from "../crypto/pkcs7.ts";
import { errorReply, type PkiErrorCode } from "../errors.ts";
import type { HttpRequest, HttpResponse } from "./http-types.ts";

export type EstReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const REALM = "Breakwater enrolment";

export function certificatesReply(pems: readonly string[]): EstReply {
  return {
    status: 200,
    headers: {
      "content-type": "application/pkcs7-mime; smime-type=certs-only",
      "content-transfer-encoding": "base64",
    },
    body: encodeCertsOnly(pems),
  };
}

export function emptyReply(): EstReply {
  return { status: 204, headers: {}, body: "" };
}

export function methodReply(allowed: string): EstReply {
  const body = { error: { code: "MethodNotAllowed", message: `Use ${allowed} here.` } };
  return {
    status: 405,
    headers: { "content-type": "application/json", allow: allowed },
    body: JSON.stringify(body),
  };
}

export function refusalReply(code: PkiErrorCode, requestId: string): EstReply {
  const { status, body } = errorReply(code, requestId);
  const challenge =
    code === "CredentialsMissing" || code === "TokenUnknown"
      ? { "www-authenticate": `Basic realm="${REALM}", charset="UTF-8"` }
      : {};
  return {
    status,
    headers: { "content-type": "application/json", ...challenge },
    body: JSON.stringify(body),
  };
}

/**
 * Writes the reply. An HTTP/1.0 client gets an HTTP/1.0 status line, which Node cannot
 * produce by itself and libest insists on.
 */
export function sendReply(request: HttpRequest, response: HttpResponse, reply: EstReply): void {
  const headers = replyHeaders(request, reply);
  if (request.httpVersion === "1.0") {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const statusLine = `HTTP/1.0 ${reply.status} ${STATUS_CODES[reply.status] ?? ""}\r\n`;
    request.socket.end(`${statusLine}${lines.join("")}\r\n${reply.body}`);
    return;
  }
  response.writeHead(reply.status, headers);
  response.end(reply.body);
}

function replyHeaders(request: HttpRequest, reply: EstReply): Record<string, string> {
  const length =
    reply.status === 204 ? {} : { "content-length": String(Buffer.byteLength(reply.body)) };
  // After a refusal a part of the body may be unread: do not take it for the next request.
  const isLast = request.httpVersionMajor === 1 && reply.status >= 400;
  return {
    ...reply.headers,
    ...length,
    "cache-control": "no-store",
    ...(isLast || request.httpVersion === "1.0" ? { connection: "close" } : {}),
  };
}
