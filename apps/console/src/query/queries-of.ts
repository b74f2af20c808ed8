import type { CallRest, Client, KeyOf } from "@breakwater/client";
import type { Api, EndpointResult } from "@breakwater/protocol";

type GetKey<A> = Extract<KeyOf<A>, `GET ${string}`>;
type Pages<T> = T & { nextCursor?: string | undefined };

/**
 * Query options per endpoint. The key starts with the endpoint, so that a change can invalidate
 * everything read from it.
 */
export function queriesOf<A extends Api>(client: Client<A>) {
  const send = (endpoint: string, args: object) =>
    (client as (endpoint: string, args: object) => Promise<unknown>)(endpoint, args);
  return {
    /** One answer. */
    one: <K extends GetKey<A>>(endpoint: K, ...rest: CallRest<A[K]>) => ({
      queryKey: [endpoint, rest[0] ?? {}] as const,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        send(endpoint, { ...rest[0], signal }) as Promise<EndpointResult<A[K]>>,
    }),
    /**
     * A list in pages, each asked with the cursor of the one before. `resolve` makes the query to
     * send from the one in the key, for what depends on the time of asking.
     */
    pages: <K extends GetKey<A>, Q extends object>(
      endpoint: K,
      query: Q,
      resolve: (query: Q) => object = (same) => same,
    ) => ({
      queryKey: [endpoint, "pages", query] as const,
      queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: string | undefined }) =>
        send(endpoint, { query: { ...resolve(query), cursor: pageParam }, signal }) as Promise<
          Pages<EndpointResult<A[K]>>
        >,
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last: Pages<EndpointResult<A[K]>>): string | undefined => last.nextCursor,
    }),
    /** A list in pages that belongs to something named in its path. */
    pagesOf: <K extends GetKey<A>, P extends object, Q extends object>(
      endpoint: K,
      params: P,
      query: Q,
    ) => ({
      queryKey: [endpoint, "pages", params, query] as const,
      queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: string | undefined }) =>
        send(endpoint, { params, query: { ...query, cursor: pageParam }, signal }) as Promise<
          Pages<EndpointResult<A[K]>>
        >,
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last: Pages<EndpointResult<A[K]>>): string | undefined => last.nextCursor,
    }),
  };
}
export type Queries<A extends Api> = ReturnType<typeof queriesOf<A>>;
