/** The versions of HTTP in which the engine sees requests, by its own names for them. */
export const HTTP_VERSIONS = ["http1", "http2"] as const;
export type HttpVersion = (typeof HTTP_VERSIONS)[number];
