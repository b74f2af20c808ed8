import type { Credentials, OutboundRequest } from "@breakwater/outbound";
import { splitPem } from "./check-feed.ts";
import type { FeedSecrets, StoredSettings } from "./stored-settings.ts";

/** Of one answer, packed and unpacked. */
const MOST_BYTES = 1024 ** 3;
const TIMEOUT_MS = 30_000;
const TOTAL_MS = 20 * 60_000;

export type FeedRequest = Omit<OutboundRequest, "url" | "method" | "headers" | "body">;

/** How a feed's server is reached. */
export function feedRequest(
  settings: StoredSettings,
  secrets: FeedSecrets,
  signal?: AbortSignal,
): FeedRequest {
  const credentials = credentialsOf(settings, secrets);
  const { ca, proxy, allowPrivate } = settings;
  return {
    allowPrivate,
    maxBytes: MOST_BYTES,
    timeoutMs: TIMEOUT_MS,
    totalTimeoutMs: TOTAL_MS,
    ...(signal === undefined ? {} : { signal }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(ca === null ? {} : { ca: { certificates: splitPem(ca), only: false } }),
    ...(proxy === null
      ? {}
      : {
          proxy: {
            url: proxy.url,
            exclusions: [],
            ...(proxy.user === undefined ? {} : { user: proxy.user }),
            ...(secrets.proxy === undefined ? {} : { password: secrets.proxy }),
          },
        }),
  };
}

function credentialsOf(
  { credentials }: StoredSettings,
  { credentials: secret = "" }: FeedSecrets,
): Credentials | undefined {
  switch (credentials.kind) {
    case "none":
      return undefined;
    case "basic":
      return { kind: "basic", user: credentials.user, password: secret };
    case "bearer":
      return { kind: "bearer", token: secret };
    case "header":
      return { kind: "header", name: credentials.name, value: secret };
  }
}
