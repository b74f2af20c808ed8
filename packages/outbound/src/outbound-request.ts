/** How we prove who we are to the server; never sent to another origin. */
export type Credentials =
  | { kind: "basic"; user: string; password: string }
  | { kind: "bearer"; token: string }
  | { kind: "header"; name: string; value: string };

export type ProxySettings = {
  /** `http://proxy.example:3128`; the tunnel is opened with CONNECT, for http and https alike. */
  url: string;
  user?: string;
  password?: string;
  /** Hosts reached directly: `*.corp.example`, `10.0.0.0/8`, `2001:db8::1`, `localhost`. */
  exclusions: readonly string[];
};

export type OutboundRequest = {
  url: string;
  /** `GET` unless given. */
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  credentials?: Credentials;
  /** Certificates in PEM trusted for this request: besides the well-known ones, or instead of them. */
  ca?: { certificates: readonly string[]; only: boolean };
  proxy?: ProxySettings;
  /** Whether private, link-local, loopback and other special addresses may be reached. */
  allowPrivate: boolean;
  /** Ports that may be reached: 80, 443 and 8443 unless given, with `allowPrivate` any. */
  ports?: readonly number[];
  /** Bytes of the answer's body, packed and unpacked. */
  maxBytes: number;
  /** Until the head of an answer, and then for each pause in the body; milliseconds. */
  timeoutMs: number;
  /** All waiting for the server together, milliseconds; ten times `timeoutMs` unless given. */
  totalTimeoutMs?: number;
  /** How many redirects are followed, 3 unless given. */
  redirects?: number;
  /** Of the copy that we have: the server answers 304 when it is still good. */
  etag?: string;
  lastModified?: string;
  signal?: AbortSignal;
};

export type OutboundResponse = {
  status: number;
  /** Names in lower case; repeated ones joined by a comma. */
  headers: Readonly<Record<string, string>>;
  /** Decoded. Must be read to its end or given up, or the connection stays until the time is over. */
  body: AsyncIterable<Buffer>;
  finalUrl: string;
  etag: string | null;
  lastModified: string | null;
};
