import type { Endpoint, RowFile } from "@breakwater/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Log } from "../log.ts";
import { authorize } from "../principal.ts";
import { readBytes, refuseTooLong } from "./byte-body.ts";
import type { ConnectionLimits } from "./connection-limits.ts";
import { columnsOf, sendCsv } from "./csv-file.ts";

const BODY_LIMIT = 1024 * 1024;

/** As OpenAPI names a file. */
const FILE = z.any().meta({ type: "string", format: "binary" });

/** What an endpoint's contract says, as the server's router takes it; all but the handler. */
export function routeOptions(endpoint: Endpoint) {
  const { permission, consumes, produces } = endpoint;
  return {
    bodyLimit: endpoint.bodyLimit ?? BODY_LIMIT,
    schema: {
      summary: endpoint.summary,
      ...(endpoint.params === undefined ? {} : { params: endpoint.params }),
      ...(endpoint.query === undefined ? {} : { querystring: endpoint.query }),
      ...bodySchema(endpoint),
      ...responseSchema(endpoint),
    },
    config: { permission, ...(consumes === undefined ? {} : { consumes }) },
    // Nobody reads the body of a HEAD request, and a stream has no end.
    ...(isJson(produces) ? {} : { exposeHeadRoute: false }),
    onRequest: async (request: { principal: Parameters<typeof authorize>[1] }) =>
      authorize(permission, request.principal),
  };
}

/** What a handler receives. Throws PayloadTooLarge when a file announces that it is too long. */
export function callOf(
  { consumes, bodyLimit: limit = BODY_LIMIT }: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  { bodyMs }: ConnectionLimits,
) {
  if (consumes === "bytes") refuseTooLong(request.raw, limit);
  return {
    params: request.params,
    query: request.query,
    body: consumes === "bytes" ? readBytes(request.raw, { limit, bodyMs }) : request.body,
    principal: request.principal,
    requestId: request.id,
    log: request.log as Log,
    source: request.ip,
    request,
    reply,
  };
}

/** Sends what a handler returned, in the form its endpoint promises. */
export async function sendAnswer(
  endpoint: Endpoint,
  reply: FastifyReply,
  answer: unknown,
): Promise<FastifyReply> {
  if (endpoint.status === 204) return reply.code(204).send();
  reply.code(endpoint.status ?? 200);
  if (endpoint.produces === "csv")
    return sendCsv(reply, endpoint.response, answer as RowFile<unknown>);
  return reply.send(answer);
}

function isJson(produces: Endpoint["produces"]): boolean {
  return produces === undefined || produces === "json";
}

function bodySchema({ consumes, body }: Endpoint) {
  if (consumes === "bytes") return { consumes: ["application/octet-stream"], body: FILE };
  return body === undefined ? {} : { body };
}

function responseSchema({ produces, response, status = 200 }: Endpoint) {
  if (produces === "csv") return csvSchema(response, status);
  return isJson(produces) && status !== 204 ? { response: { [status]: response } } : {};
}

function csvSchema(response: z.ZodType, status: number) {
  const description = `A line for each, with the columns ${columnsOf(response).join(", ")}.`;
  return {
    produces: ["text/csv"],
    response: { [status]: z.string().describe(description) },
  };
}
