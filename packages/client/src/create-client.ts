import type {
  Api,
  EndpointArguments,
  EndpointKey,
  EndpointResult,
  Upload,
} from "@breakwater/protocol";
import { ApiError, apiErrorOf } from "./api-error.ts";
import { startDeadline } from "./deadline.ts";
import { downloadOf, isFile } from "./download.ts";
import { requestUrl, type UrlValues } from "./request-url.ts";

export type ClientOptions = {
  /** Origin and base path, such as `https://sms.example:9443`; empty for the page's own origin. */
  baseUrl: string;
  fetch?: typeof fetch;
  /** Sent with every request; a function is asked each time (for keys that change). */
  headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /**
   * Whole request, 30,000 ms unless given; a download only until it begins. An upload may take as long
   * as it moves, which the server sees to.
   */
  timeoutMs?: number;
};

export type KeyOf<A> = keyof A & EndpointKey;
type Extra = { signal?: AbortSignal };
type Arguments<E> = EndpointArguments<E> & Extra;
/** An endpoint that needs nothing may be called with the key alone. */
export type CallRest<E> =
  Record<string, never> extends EndpointArguments<E> ? [args?: Arguments<E>] : [args: Arguments<E>];

/** Calls one endpoint of the API `A`; rejects with `ApiError`, or with the signal's reason when aborted. */
export type Client<A> = <K extends KeyOf<A>>(
  endpoint: K,
  ...rest: CallRest<A[K]>
) => Promise<EndpointResult<A[K]>>;

type LooseArguments = {
  params?: UrlValues;
  query?: UrlValues;
  body?: unknown;
  signal?: AbortSignal;
};

/** A client typed by the contract, e.g. `createClient<SmsApi>({ baseUrl: "" })("GET /api/v1/devices")`. */
export function createClient<A extends Api>(options: ClientOptions): Client<A> {
  // The contract types what callers pass and get; inside, every endpoint is the same request.
  const call: (endpoint: string, args?: LooseArguments) => Promise<unknown> = (endpoint, args) =>
    request(options, endpoint, args ?? {});
  return call as unknown as Client<A>;
}

async function request(
  options: ClientOptions,
  endpoint: string,
  args: LooseArguments,
): Promise<unknown> {
  const space = endpoint.indexOf(" ");
  const method = endpoint.slice(0, space);
  const url = requestUrl(options.baseUrl, endpoint.slice(space + 1), args.params, args.query);
  const upload = isUpload(args.body);
  const deadline = startDeadline(upload ? undefined : (options.timeoutMs ?? 30_000), args.signal);
  try {
    const response = await answer(options, url, init(options, method, args, deadline.signal));
    if (response.ok && isFile(response)) return downloadOf(response);
    const text = await response.text();
    if (!response.ok) throw apiErrorOf(response.status, response.headers.get("x-request-id"), text);
    return text === "" ? undefined : parsed(response.status, text);
  } catch (cause) {
    throw explained(cause, args.signal);
  } finally {
    deadline.met();
  }
}

function isUpload(body: unknown): body is Upload {
  return (
    body instanceof Blob ||
    (typeof body === "object" && body !== null && Symbol.asyncIterator in body)
  );
}

function init(
  options: ClientOptions,
  method: string,
  { body }: LooseArguments,
  signal: AbortSignal | undefined,
): RequestInit {
  const own = typeof options.headers === "function" ? options.headers() : options.headers;
  const type = isUpload(body) ? "application/octet-stream" : "application/json";
  return {
    method,
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": type }),
      ...own,
    },
    ...bodyInit(body),
    ...(signal === undefined ? {} : { signal }),
  };
}

function bodyInit(body: unknown): RequestInit {
  if (body === undefined) return {};
  if (!isUpload(body)) return { body: JSON.stringify(body) };
  if (body instanceof Blob) return { body };
  // Programs may send what has no end yet; the type of `fetch` knows only what browsers can.
  return { body, duplex: "half" } as unknown as RequestInit;
}

function answer(options: ClientOptions, url: string, requestInit: RequestInit): Promise<Response> {
  const send = options.fetch ?? globalThis.fetch;
  return send(url, requestInit);
}

/** The caller's own abort passes through; everything else becomes an `ApiError`. */
function explained(cause: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted || cause instanceof ApiError) return cause;
  const timedOut = cause instanceof Error && cause.name === "TimeoutError";
  return new ApiError({
    status: 0,
    code: timedOut ? "TimedOut" : "Unreachable",
    message: timedOut
      ? "The server did not answer in time."
      : "The server could not be reached. Check that it runs and that the network allows it.",
    cause,
  });
}

function parsed(status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError({
      status,
      code: "Unexpected",
      message: "The server's answer is not JSON. Is something else answering at this address?",
      cause,
    });
  }
}
