import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

/** Requests of node:https, and of node:http2 through its compatibility API. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;

/** The part of both response classes that we use: their overloads do not form a callable union. */
export type HttpResponse = Pick<ServerResponse, "headersSent"> & {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string): unknown;
};

export type AnyResponse = ServerResponse | Http2ServerResponse;
