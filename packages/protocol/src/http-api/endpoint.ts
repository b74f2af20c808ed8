import type { z } from "zod";
import type { Permission } from "../permissions.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type EndpointKey = `${Method} /${string}`;

export type EndpointPermission = Permission | "public" | "signed-in" | "device" | "product";

/**
 * Contract of one HTTP endpoint. Servers register handlers against it, clients and the console are
 * typed by it, and OpenAPI is generated from it.
 *
 * `permission`: `public` needs no credentials; `signed-in` any principal; `device` and `product` a
 * valid client certificate of that kind.
 */
export type Endpoint = {
  summary: string;
  permission: EndpointPermission;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  response: z.ZodType;
  /** Success status; 200 unless given. 204 has no body. */
  status?: 200 | 201 | 202 | 204 | 207;
  /** Largest accepted body in bytes; 1 MiB unless given. */
  bodyLimit?: number;
  /** `bytes`: the body is a file of any type, which the handler reads as it comes. JSON unless given. */
  consumes?: "json" | "bytes";
  /**
   * `ndjson`: `response` is one line of an endless stream. `binary`: bytes. `csv`: a file to download,
   * `response` is one row, a flat object whose properties are the columns. JSON unless given.
   */
  produces?: "json" | "ndjson" | "binary" | "csv";
};

export type Api = { readonly [key in EndpointKey]?: Endpoint };

/** A body of any length, read once. */
export type ByteStream = AsyncIterable<Uint8Array>;
/** What a client uploads: bytes as they come, or a file, which browsers send without holding it. */
export type Upload = ByteStream | Blob;
/** A file of rows, made while it is sent. */
export type RowFile<Row> = { filename: string; rows: AsyncIterable<Row> | Iterable<Row> };
/** A file as a client receives it. Whoever does not read `bytes` to its end ends it. */
export type Download = { filename: string; bytes: ByteStream };

type Out<T> = T extends z.ZodType ? z.output<T> : undefined;
type In<T> = T extends z.ZodType ? z.input<T> : undefined;
type Field<E, K extends string> = E extends { [P in K]: infer V } ? V : undefined;

/** What a handler receives, after validation. */
export type EndpointRequest<E> = {
  params: Out<Field<E, "params">>;
  query: Out<Field<E, "query">>;
  body: E extends { consumes: "bytes" } ? ByteStream : Out<Field<E, "body">>;
};
/** What a handler returns, before the response schema is applied. */
export type EndpointReply<E> = E extends { response: infer R; produces: "csv" }
  ? RowFile<In<R>>
  : E extends { response: infer R }
    ? In<R>
    : never;
/** What a client receives. */
export type EndpointResult<E> = E extends { produces: "csv" }
  ? Download
  : E extends { response: infer R }
    ? Out<R>
    : never;

type Given<K extends string, V> = V extends undefined
  ? { [P in K]?: undefined }
  : Record<string, never> extends V
    ? { [P in K]?: V }
    : { [P in K]: V };
/** What a client must pass. */
export type EndpointArguments<E> = Given<"params", In<Field<E, "params">>> &
  Given<"query", In<Field<E, "query">>> &
  (E extends { consumes: "bytes" } ? { body: Upload } : Given<"body", In<Field<E, "body">>>);
