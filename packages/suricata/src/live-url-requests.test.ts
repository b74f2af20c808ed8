import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeSid } from "./data-plane/sid-layout.ts";
import {
  ANY_HTTP_PORT,
  type Exchange,
  type LabHttp,
  startLabHttp,
} from "./lab-http.test-helper.ts";
import { type LiveEngine, SERVER, startLiveEngine, until } from "./live-engine.test-helper.ts";
import { urlKey } from "./url/url-key.ts";

/* The tables of docs/canonical-values.md about requests, against a real inline engine. */

const PAGE = readFileSync(new URL("../../../docs/canonical-values.md", import.meta.url), "utf8");
const ENTRY = "evil.test/a/file";

type Row = { entry: string; target: string; host: string | undefined; port: number } & {
  versions: string[];
  outcome: string;
};

const rows: Row[] = [
  ...PAGE.matchAll(
    /^\| `([^`]+)` \| `([^`]+)` \| (?:`([^`]+)`|–) \| (\d+) \| (1|1, 2) \| (blocked|passed) \|/gm,
  ),
].map(([, entry = "", target = "", host, port, versions = "", outcome = ""]) => ({
  entry,
  target,
  host,
  port: Number(port),
  versions: versions.split(", "),
  outcome,
}));

let live: LiveEngine;
let http: LabHttp;

beforeAll(async () => {
  live = await startLiveEngine();
  http = await startLabHttp(live.site.lab);
}, 60_000);
afterAll(() => live?.close());

async function outcomes(entry: string, exchanges: readonly Exchange[]): Promise<string[]> {
  live.site.urlTable("block").replaceAll([urlKey(entry)]);
  const answers = await http.exchange(exchanges);
  return answers.map((count, index) => outcome(count, expectedAnswers(exchanges[index])));
}

function expectedAnswers(exchange: Exchange | undefined): number {
  if (exchange?.kind === "h2") return exchange.requests.length;
  return exchange?.answer === undefined
    ? (exchange?.parts.join("").match(/ HTTP\/1\.[01]\r\n/g)?.length ?? 0)
    : 1;
}

function outcome(answers: number, requests: number): string {
  if (answers === requests) return "passed";
  return answers === 0 ? "blocked" : `${answers} of ${requests} answered`;
}

const head = (target: string, host: string | undefined, more = "") =>
  host === undefined
    ? `GET ${target} HTTP/1.0\r\n\r\n`
    : `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
const h1 = (parts: string[], port = 80) => ({ kind: "raw" as const, to: SERVER, port, parts });
const get = (path: string, authority = "evil.test", more: Record<string, string> = {}) => ({
  fields: { ":method": "GET", ":scheme": "http", ":authority": authority, ":path": path, ...more },
});
const h2 = (...requests: Extract<Exchange, { kind: "h2" }>["requests"]): Exchange => ({
  kind: "h2",
  to: SERVER,
  port: ANY_HTTP_PORT,
  requests,
});

describe("requests", () => {
  it("have rows on the page", () => expect(rows.length).toBeGreaterThan(90));

  it.each([...new Set(rows.map(({ entry }) => entry))])("of the entry %s", async (entry) => {
    const cases = rows
      .filter((row) => row.entry === entry)
      .flatMap((row) => row.versions.map((version) => ({ ...row, version })));
    const seen = await outcomes(
      entry,
      cases.map(({ version, target, host, port }) =>
        version === "1" ? h1([head(target, host)], port) : h2(get(target, host)),
      ),
    );
    const named = ({ version, target, host }: (typeof cases)[number]) =>
      `HTTP/${version} ${target} of ${host}`;
    expect(cases.map((each, index) => [named(each), seen[index]])).toEqual(
      cases.map((each) => [named(each), each.outcome]),
    );
  });
});

const good = head("/good", "evil.test");
const bad = head("/a/file", "evil.test");
const upgrade = (target: string) =>
  head(
    target,
    "evil.test",
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
  );
/** A HEADERS frame that ends inside the path, and the rest in a CONTINUATION frame. */
function cutRequest(path: string): Exchange {
  const frame = (type: number, flags: number, stream: number, body: string) =>
    `${String.fromCharCode(0, 0, body.length, type, flags, 0, 0, 0, stream)}${body}`;
  const field = (name: string, value: string) =>
    `\0${String.fromCharCode(name.length)}${name}${String.fromCharCode(value.length)}${value}`;
  const first = field(":method", "GET") + field(":scheme", "http") + field(":path", path);
  const rest = first.slice(-3) + field(":authority", "evil.test");
  const [endStream, endHeaders] = [1, 4];
  const parts = [
    `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${frame(4, 0, 0, "")}`,
    frame(1, endStream, 1, first.slice(0, -3)),
    frame(9, endHeaders, 1, rest),
  ];
  return { kind: "raw", to: SERVER, port: ANY_HTTP_PORT, parts, answer: path };
}

const slices = (text: string, size: number) => text.match(new RegExp(`.{1,${size}}`, "gs")) ?? [];
const manyFields = Array.from({ length: 1500 }, (_, index) => `X-${index}: v\r\n`).join("");
const long = "x".repeat(12_000);
const cookies = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [`x-field-${index}`, "v".repeat(1000)]),
);

/** By the names on the page: what is sent, and how much of it must be answered. */
const CONNECTIONS: Record<string, Exchange[]> = {
  "HTTP/1: the second request of a connection that stays open": [h1([good, bad])],
  "HTTP/1: the second of two requests in one packet": [h1([good + bad])],
  "HTTP/1: a head in packets of five bytes": [h1(slices(bad, 5))],
  "HTTP/1: a second Host field names the host": [
    h1([head("/a/file", "good.test", "Host: evil.test\r\n")]),
  ],
  "HTTP/1: a first Host field names the host": [
    h1([head("/a/file", "evil.test", "Host: good.test\r\n")]),
  ],
  "HTTP/1: no space after the colon, a tab before the value": [
    h1(["GET /a/file HTTP/1.1\r\nhOST:evil.test\r\n\r\n"]),
    h1(["GET /a/file HTTP/1.1\r\nHost:\tevil.test \r\n\r\n"]),
  ],
  "HTTP/1: a query of 500,000 characters": [
    h1([head(`/a/file?${"x".repeat(500_000)}`, "evil.test")], ANY_HTTP_PORT),
  ],
  "HTTP/1: 1,500 header fields": [h1([head("/a/file", "evil.test", manyFields)], ANY_HTTP_PORT)],
  "HTTP/1: a path of 12,000 characters that dot segments take back": [
    h1([head(`${"/x/..".repeat(2400)}/a/file`, "evil.test")]),
  ],
  "HTTP/1: the request that asks to go on in HTTP/2": [
    { ...h1([upgrade("/a/file")], ANY_HTTP_PORT), answer: "HTTP/1[.]1 101" },
  ],
  "HTTP/1: another path of that length": [h1([head(`/a/file/${long}`, "evil.test")])],
  "HTTP/2: one of several requests on a connection": [h2(get("/a/file"), get("/good"))],
  "HTTP/2: a request that is not ended": [h2({ ...get("/a/file"), open: true })],
  "HTTP/2: a request with a body": [
    h2({
      ...get("/a/file", "evil.test", { ":method": "POST", "content-length": "9" }),
      open: true,
    }),
  ],
  "HTTP/2: header fields that need several frames": [h2(get("/a/file", "evil.test", cookies))],
  "HTTP/2: a Host field instead of the authority": [
    h2({
      fields: { ":method": "GET", ":scheme": "http", ":path": "/a/file", host: "evil.test" },
    }),
  ],
  "HTTP/2: a header block cut in the middle of the path": [cutRequest("/a/file")],
  "HTTP/2: after the change from HTTP/1": [
    {
      kind: "h2",
      to: SERVER,
      port: ANY_HTTP_PORT,
      upgrade: upgrade("/good"),
      requests: [get("/a/file")],
    },
  ],
  "HTTP/2: host of one request and path of another on a connection": [
    h2(get("/good"), get("/a/file", "good.test"), get("/", "evil.test")),
    h2(get("/a/file", "good.test"), get("/good", "evil.test"), get("/a/file", "good.test")),
  ],
  "HTTP/2: another path cut in the same way": [cutRequest("/a/fill")],
  "HTTP/2: other requests after the change from HTTP/1": [
    {
      kind: "h2",
      to: SERVER,
      port: ANY_HTTP_PORT,
      upgrade: upgrade("/good"),
      requests: [get("/good")],
    },
  ],
};

it("all pass without an entry", async () => {
  const exchanges = rows.flatMap(({ versions, target, host, port }) =>
    versions.map((version) =>
      version === "1" ? h1([head(target, host)], port) : h2(get(target, host)),
    ),
  );
  const all = [...exchanges, ...Object.values(CONNECTIONS).flat()];
  for (let start = 0; start < all.length; start += 20) {
    const some = all.slice(start, start + 20);
    const seen = await outcomes("other.test", some);
    expect(some.filter((_, index) => seen[index] !== "passed")).toEqual([]);
  }
});

it("are reported once each", async () => {
  live.site.urlTable("block").replaceAll([]);
  live.site.urlTable("notify").replaceAll([urlKey(ENTRY)]);
  const requests = [get("/a/file"), { ...get("/a/file?2"), open: true }, get("/good")];
  expect(await http.exchange([h1([bad, good, bad]), h2(...requests)])).toEqual([3, 3]);
  const alerts = await until(
    () =>
      live.site
        .events()
        .flatMap((event) => (event.event_type === "alert" ? [event.alert.signature_id] : []))
        .map((sid) => decodeSid(sid))
        .filter((meaning) => meaning?.lane === "notify"),
    (found) => found.length >= 4,
  );
  const counted = (version: string) =>
    alerts.filter((meaning) => meaning?.where === version).length;
  expect([counted("http1"), counted("http2")]).toEqual([2, 2]);
  live.site.urlTable("notify").replaceAll([]);
});

describe("connections", () => {
  const listed = [
    ...PAGE.matchAll(/^\| (HTTP\/[12]: [^|]+) \| (blocked|passed|1 of 2 answered) \|$/gm),
  ];

  it("are those on the page", () => {
    expect(listed.map(([, name]) => name)).toEqual(Object.keys(CONNECTIONS));
  });

  it.each(listed.map(([, name = "", result = ""]) => [name, result]))(
    "%s",
    async (name, result) => {
      const seen = await outcomes(ENTRY, CONNECTIONS[name] ?? []);
      expect(seen).toEqual(seen.map(() => result));
      expect(seen).not.toEqual([]);
    },
  );
});
