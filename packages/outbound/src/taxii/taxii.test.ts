import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { httpServer } from "../servers.test-helper.ts";
import { discoverTaxii } from "./discover-taxii.ts";
import { taxiiCollections } from "./taxii-collections.ts";
import { type TaxiiPage, type TaxiiQuery, taxiiObjects } from "./taxii-objects.ts";
import type { TaxiiSettings } from "./taxii-request.ts";

const settings: TaxiiSettings = {
  allowPrivate: true,
  maxBytes: 1_000_000,
  timeoutMs: 20_000,
  credentials: { kind: "basic", user: "ann", password: "s3cret" },
};
const LOGIN = `Basic ${Buffer.from("ann:s3cret").toString("base64")}`;
const OBJECTS = Array.from({ length: 7 }, (_, i) => ({ type: "indicator", id: `indicator--${i}` }));
const added = (index: number) => new Date(Date.UTC(2026, 0, 1 + index)).toISOString();

type Behaviour = { next: boolean; header: boolean; busy: string[]; elsewhere?: string };

/** A TAXII 2.1 server whose pages hold at most three objects. */
async function taxiiServer(behaviour: Partial<Behaviour> = {}) {
  const given = { next: true, header: true, busy: [], ...behaviour } satisfies Behaviour;
  const seen: string[] = [];
  const origin = await httpServer((request, response) => {
    seen.push(request.url ?? "");
    serve(request, response, given);
  });
  return { origin, root: `${origin}/api`, seen };
}

function serve(request: IncomingMessage, response: ServerResponse, behaviour: Behaviour): void {
  const url = new URL(request.url ?? "", "http://taxii");
  const retryAfter = behaviour.busy.shift();
  if (retryAfter !== undefined) {
    response.writeHead(429, { "retry-after": retryAfter }).end("slow down");
  } else if (request.headers.authorization !== LOGIN) response.writeHead(401).end();
  else if (request.headers.accept !== "application/taxii+json;version=2.1") {
    response.writeHead(406).end();
  } else {
    response.setHeader("content-type", "application/taxii+json;version=2.1");
    if (url.pathname === "/taxii2/") {
      const roots = ["/other/", "/api/", behaviour.elsewhere ?? "/api/"];
      response.end(JSON.stringify({ title: "Test", default: "/api/", api_roots: roots }));
    } else if (url.pathname === "/api/collections/") {
      response.end('{"collections":[{"id":"c1","title":"One","can_read":false},{"id":"c2"}]}');
    } else if (url.pathname === "/api/collections/c1/objects/") {
      servePage(url.searchParams, response, behaviour);
    } else response.writeHead(404).end();
  }
}

function servePage(query: URLSearchParams, response: ServerResponse, behaviour: Behaviour): void {
  const after = query.get("added_after");
  const start = OBJECTS.findIndex((_, index) => after === null || added(index) > after);
  const from = Number(query.get("next") ?? (start === -1 ? OBJECTS.length : start));
  const until = Math.min(from + Math.min(3, Number(query.get("limit") ?? 3)), OBJECTS.length);
  const objects = OBJECTS.slice(from, until);
  if (behaviour.header && objects.length > 0) {
    response.setHeader("X-TAXII-Date-Added-Last", added(until - 1));
  }
  if (objects.length === 0) response.end("{}");
  else {
    const more = until < OBJECTS.length;
    const next = more && behaviour.next ? { next: String(until) } : {};
    response.end(JSON.stringify({ ...(more ? { more } : {}), ...next, objects }));
  }
}

async function pagesOf(root: string, more: Partial<TaxiiQuery> = {}): Promise<TaxiiPage[]> {
  const pages: TaxiiPage[] = [];
  const query = { apiRoot: root, collection: "c1", ...more };
  for await (const page of taxiiObjects(query, settings)) pages.push(page);
  return pages;
}

test("discovery gives the API roots of the server, and apart from them those of others", async () => {
  const { origin } = await taxiiServer({ elsewhere: "https://evil.example/api/" });
  expect(await discoverTaxii(`${origin}/taxii2/`, settings)).toEqual({
    title: "Test",
    apiRoots: [`${origin}/api/`, `${origin}/other/`],
    elsewhere: ["https://evil.example/api/"],
  });
});

test("an API root gives its collections, whatever they leave out", async () => {
  const { root } = await taxiiServer();
  expect(await taxiiCollections(root, settings)).toEqual([
    { id: "c1", title: "One", description: "", canRead: false },
    { id: "c2", title: "", description: "", canRead: true },
  ]);
});

describe("objects", () => {
  test.each([
    ["with next", { next: true, header: true }],
    ["with the date of the last object only", { next: false, header: true }],
    ["with next and no date", { next: true, header: false }],
  ])("come page after page %s", async (_, behaviour) => {
    const { root } = await taxiiServer(behaviour);
    const pages = await pagesOf(root);
    expect(pages.flatMap(({ objects }) => objects)).toEqual(OBJECTS);
    const dates = behaviour.header ? [added(2), added(5), added(6)] : [null, null, null];
    expect(pages.map(({ addedLast }) => addedLast)).toEqual(dates);
  });

  test("come from a moment on, and none when there is nothing new", async () => {
    const { root, seen } = await taxiiServer();
    const [first, ...rest] = await pagesOf(root, { addedAfter: added(4), limit: 2 });
    expect([first, rest]).toEqual([{ objects: OBJECTS.slice(5), addedLast: added(6) }, []]);
    expect(seen).toEqual([
      `/api/collections/c1/objects/?added_after=${encodeURIComponent(added(4))}&limit=2`,
    ]);
    expect(await pagesOf(root, { addedAfter: added(6) })).toEqual([
      { objects: [], addedLast: null },
    ]);
  });

  test("are not asked for again and again from a server that does not say where they go on", async () => {
    const { root } = await taxiiServer({ next: false, header: false });
    await expect(pagesOf(root)).rejects.toMatchObject({ code: "BadAnswer" });
  });
});

describe("a server that limits requests", () => {
  test("is waited for as long as it says", async () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    const { root } = await taxiiServer({ busy: ["2", date, "99999", "soon"] });
    const waits: number[] = [];
    const wait = (ms: number) => Promise.resolve(void waits.push(ms));
    await taxiiCollections(root, settings, { wait });
    expect(waits.map((ms) => Math.ceil(ms / 10_000))).toEqual([1, 6, 30, 1]);
    expect(waits[0]).toBe(2000);
  });

  test("and stays so is given up", async () => {
    const { root } = await taxiiServer({ busy: Array<string>(10).fill("1") });
    const wait = () => Promise.resolve();
    await expect(taxiiCollections(root, settings, { wait })).rejects.toMatchObject({
      code: "Refused",
      message: expect.stringContaining("stays busy"),
    });
  });

  test("does not outwait a signal", async () => {
    const { root } = await taxiiServer({ busy: ["60"] });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const work = taxiiCollections(root, { ...settings, signal: stop.signal });
    await expect(work).rejects.toMatchObject({ name: "AbortError" });
  });
});

test.each([
  ["wrong credentials", "/collections/", { kind: "bearer", token: "s3cret" }, /credentials/],
  ["a wrong address", "/nothing/", settings.credentials, /no such collection/],
] as const)("%s are explained", async (_, path, credentials, message) => {
  const { root } = await taxiiServer();
  const own = { ...settings, ...(credentials === undefined ? {} : { credentials }) };
  const work = discoverTaxii(`${root}${path}`, own);
  const error = await work.catch((e: unknown) => e);
  expect(error).toMatchObject({ code: "Refused", message: expect.stringMatching(message) });
  expect((error as Error).message).not.toContain("s3cret");
});

test.each(["<html>Welcome</html>", "[]", ""])(
  "an answer that is not TAXII is said so: %j",
  async (text) => {
    const origin = await httpServer((_, response) => response.end(text));
    await expect(taxiiCollections(origin, settings)).rejects.toMatchObject({
      code: "BadAnswer",
      message: expect.stringContaining("not TAXII 2.1"),
    });
  },
);
