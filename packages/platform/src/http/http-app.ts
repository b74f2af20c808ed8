import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2SecureServer } from "node:http2";
import {
  type Api,
  AppError,
  type Endpoint,
  type EndpointPermission,
  type EndpointReply,
  type EndpointRequest,
} from "@breakwater/protocol";
import fastifySwagger from "@fastify/swagger";
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RouteOptions,
} from "fastify";
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from "fastify-type-provider-zod";
import type { Log } from "../log.ts";
import { authorize, type Principal } from "../principal.ts";
import { dropRest } from "./byte-body.ts";
import {
  CONNECTION_LIMITS,
  type ConnectionLimits,
  HTTP2_SETTINGS,
  limitBodies,
  limitConnections,
} from "./connection-limits.ts";
import { callOf, routeOptions, sendAnswer } from "./endpoint-route.ts";
import { type FormatError, formatError, toAppError } from "./error-reply.ts";

declare module "fastify" {
  interface FastifyRequest {
    principal: Principal | undefined;
  }
  interface FastifyContextConfig {
    permission?: EndpointPermission;
    consumes?: NonNullable<Endpoint["consumes"]>;
  }
}

export type Authenticate = (request: FastifyRequest) => Promise<Principal | undefined>;

/** What a handler knows beyond its validated input. `principal` is there unless the endpoint is public. */
export type Call<E> = EndpointRequest<E> & {
  principal: Principal | undefined;
  requestId: string;
  log: Log;
  /** Address of the peer. */
  source: string;
  request: FastifyRequest;
  reply: FastifyReply;
};

export type Handler<E> = (call: Call<E>) => Promise<EndpointReply<E> | FastifyReply>;

export type RawRoute = { summary: string; permission: EndpointPermission };
export type RouteInfo = { method: string; path: string; permission: EndpointPermission };

export type HttpAppOptions = {
  log: Log;
  authenticate: Authenticate;
  title: string;
  version: string;
  /** Given: serve HTTP/2 and HTTP/1.1 over this TLS configuration. Absent: plain HTTP/1.1. */
  tls?: Record<string, unknown>;
  /** Another error body for some paths, e.g. the public Vision One surface. */
  formatErrorFor?: (path: string) => FormatError | undefined;
  limits?: ConnectionLimits;
};

/**
 * A Fastify server whose routes all come from endpoint tables: permission is checked before the body
 * is read, request and response pass the declared schemas, and every failure has one shape.
 */
export class HttpApp {
  readonly fastify: FastifyInstance;
  readonly routes: RouteInfo[] = [];
  readonly #limits: ConnectionLimits;
  readonly #endConnections: () => void;

  private constructor(
    instance: FastifyInstance,
    limits: ConnectionLimits,
    endConnections: () => void,
  ) {
    this.fastify = instance;
    this.#limits = limits;
    this.#endConnections = endConnections;
  }

  static async create(options: HttpAppOptions): Promise<HttpApp> {
    const instance = createFastify(options);
    await instance.register(fastifySwagger, {
      openapi: { openapi: "3.1.0", info: { title: options.title, version: options.version } },
      transform: jsonSchemaTransform,
    });
    const { tls, limits = CONNECTION_LIMITS } = options;
    limitBodies(instance, limits);
    const server = instance.server as unknown as Http2SecureServer;
    const endConnections = tls === undefined ? () => {} : limitConnections(server, limits);
    return new HttpApp(instance, limits, endConnections);
  }

  /** Registers the handler of one endpoint of `api`. */
  route<A extends Api, K extends keyof A & string>(api: A, key: K, handler: Handler<A[K]>): void {
    const endpoint = api[key as keyof Api] as Endpoint | undefined;
    if (endpoint === undefined) throw new Error(`no endpoint ${key}`);
    const [method, path] = key.split(" ") as [string, string];
    this.routes.push({ method, path, permission: endpoint.permission });
    const route = {
      ...routeOptions(endpoint),
      method,
      url: path.replaceAll(/\{(\w+)\}/g, ":$1"),
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        const call = callOf(endpoint, request, reply, this.#limits) as unknown as Call<A[K]>;
        const answer = await handler(call).catch((error: unknown) => {
          if (!reply.sent) throw error;
          giveUp(request, reply, error);
          return reply;
        });
        if (reply.sent || reply.raw.headersSent || (answer as unknown) === reply) return reply;
        return sendAnswer(endpoint, reply, answer);
      },
    };
    if (endpoint.consumes === "bytes") this.#routeOfBytes(route);
    else this.fastify.route(route);
  }

  /** Without a parser between the connection and the handler, whatever the type of the body. */
  #routeOfBytes(route: RouteOptions): void {
    const { bodyMs } = this.#limits;
    void this.fastify.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser("*", (_request, _body, done) => done(null));
      scope.route({ ...route, onResponse: async ({ raw }) => dropRest(raw, bodyMs) });
    });
  }

  /** Registers a handler that reads and answers the raw request itself (EST, compatibility surfaces). */
  raw(
    method: "GET" | "POST",
    path: string,
    route: RawRoute,
    handler: (
      request: IncomingMessage,
      response: ServerResponse,
      principal: Principal | undefined,
    ) => void | Promise<void>,
  ): void {
    this.routes.push({ method, path, permission: route.permission });
    this.fastify.route({
      method,
      url: path,
      schema: { summary: route.summary, hide: true },
      config: { permission: route.permission },
      // Taken over before the body is parsed: the handler owns the bytes.
      onRequest: async (request, reply) => {
        authorize(route.permission, request.principal);
        reply.hijack();
        try {
          await handler(request.raw, reply.raw, request.principal);
        } catch (error) {
          giveUp(request, reply, error);
        }
      },
      handler: async () => undefined,
    });
  }

  /** The OpenAPI document of every route registered so far. */
  async openapi(): Promise<object> {
    await this.fastify.ready();
    return this.fastify.swagger();
  }

  /** Listens and returns the port. */
  async listen(options: { host: string; port: number }): Promise<number> {
    await this.fastify.listen(options);
    const address = this.fastify.server.address();
    return typeof address === "object" && address !== null ? address.port : options.port;
  }

  /** The TLS server below, for hot swap of certificates and socket bookkeeping. */
  get tlsServer(): Http2SecureServer {
    return this.fastify.server as unknown as Http2SecureServer;
  }

  /** Stops listening and ends every connection, whatever is under way on it. */
  async close(): Promise<void> {
    const closed = this.fastify.close();
    this.#endConnections();
    await closed;
    // Those that came while the first were ended.
    this.#endConnections();
  }
}

function createFastify(options: HttpAppOptions): FastifyInstance {
  const { silenceMs } = options.limits ?? CONNECTION_LIMITS;
  const common = {
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    genReqId: () => crypto.randomUUID(),
    routerOptions: { maxParamLength: 4096 },
    connectionTimeout: silenceMs,
    http2SessionTimeout: silenceMs,
    frameworkErrors: (
      error: Error & { statusCode?: number },
      request: FastifyRequest,
      reply: FastifyReply,
    ) => {
      const message =
        error.statusCode === 400
          ? "The address cannot be read. Check its percent-encoding."
          : "The address is too long.";
      sendError(new AppError("InvalidRequest", message, { cause: error }), request, reply, options);
    },
  };
  const instance = (options.tls === undefined
    ? fastify(common)
    : fastify({
        ...common,
        http2: true,
        https: { allowHTTP1: true, settings: HTTP2_SETTINGS, ...options.tls },
      } as never)) as unknown as FastifyInstance;
  instance.setValidatorCompiler(validatorCompiler);
  instance.setSerializerCompiler(serializerCompiler);
  instance.decorateRequest("principal", undefined);
  instance.addHook("onRequest", async (request) => {
    request.principal = await options.authenticate(request);
  });
  // For clients, and for whoever asks where the time goes: from the request's head to its answer.
  instance.addHook("onSend", async (_request, reply) => {
    reply.header("server-timing", `app;dur=${reply.elapsedTime.toFixed(3)}`);
  });
  instance.setErrorHandler((thrown, request, reply) => {
    const error = toAppError(thrown);
    if (error.code === "Internal")
      request.log.error({ err: thrown, path: pathOf(request) }, "request failed");
    return sendError(error, request, reply, options);
  });
  instance.setNotFoundHandler((request, reply) => {
    const error = new AppError(
      "NotFound",
      `There is nothing at ${request.method} ${pathOf(request)}.`,
    );
    return sendError(error, request, reply, options);
  });
  return instance;
}

/** A reply that its handler took over and then failed: the client must not wait for the rest. */
function giveUp(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  request.log.error({ err: error, path: pathOf(request) }, "request failed after its answer began");
  reply.raw.destroy();
}

function sendError(
  error: AppError,
  request: FastifyRequest,
  reply: FastifyReply,
  options: HttpAppOptions,
): FastifyReply {
  const format = options.formatErrorFor?.(pathOf(request)) ?? formatError;
  const { status, body } = format(error, request.id);
  return reply
    .code(status)
    .type("application/json; charset=utf-8")
    .serializer(JSON.stringify)
    .send(body);
}

/** Without parameters, which may be secrets: some clients begin them with `&` instead of `?`. */
function pathOf(request: FastifyRequest): string {
  return request.url.split(/[?&]/)[0] ?? request.url;
}
