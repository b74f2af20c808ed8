import { describe, expect, test } from "vitest";
import { fetchFrom } from "./fetch-from.ts";
import { isExcluded } from "./proxy-exclusions.ts";
import {
  asking,
  certificates,
  httpServer,
  proxyServer,
  tcpServer,
  textOf,
  tlsServer,
} from "./servers.test-helper.ts";

const lookup = () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]);

describe("TLS", () => {
  test("takes own authorities in addition to the well-known ones, or instead", async () => {
    const { credentials, roots } = await certificates(["feed.example", "127.0.0.1"]);
    const port = await tlsServer(credentials, (request, response) => {
      response.end(request.headers.host);
    });
    for (const only of [true, false]) {
      const ca = { certificates: roots, only };
      for (const host of ["feed.example", "127.0.0.1"]) {
        const response = await fetchFrom(asking(`https://${host}:${port}/`, { ca }), { lookup });
        expect(await textOf(response)).toBe(`${host}:${port}`);
      }
    }
  });

  const DAY = 86_400_000;
  test.each([
    [
      "an unknown authority",
      "feed.example",
      0,
      false,
      /authority/,
      /Add the certificate authority/,
    ],
    ["another name", "other.example", 0, true, /another name/, /name in the certificate/],
    ["an expired certificate", "feed.example", -5000 * DAY, true, /has expired/, /renewed/],
  ])("says so of %s", async (_, host, shift, known, message, remedy) => {
    const { credentials, roots } = await certificates(["feed.example"], Date.now() + shift);
    const port = await tlsServer(credentials, (__, response) => response.end("secret answer"));
    const ca = { certificates: known ? roots : [], only: known };
    const work = fetchFrom(asking(`https://${host}:${port}/`, { ca }), { lookup });
    await expect(work).rejects.toMatchObject({
      code: "Certificate",
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
    await expect(work).rejects.toThrow(host);
  });

  test("says so of a server that does not speak it", async () => {
    const port = await tcpServer((socket) => void socket.end("HTTP/1.1 400 Bad\r\n\r\n"));
    const work = fetchFrom(asking(`https://127.0.0.1:${port}/`));
    await expect(work).rejects.toMatchObject({ code: "Certificate" });
  });

  test("says so of an authority that is none", async () => {
    const ca = { certificates: ["-----BEGIN CERTIFICATE-----\nnonsense"], only: true };
    const work = fetchFrom(asking("https://127.0.0.1:1/", { ca }));
    await expect(work).rejects.toMatchObject({ code: "InvalidRequest" });
  });
});

describe("a proxy", () => {
  test("carries http and https, with credentials, and resolves the names", async () => {
    const { credentials, roots } = await certificates(["feed.example"]);
    const port = await tlsServer(credentials, (_, response) => response.end("over TLS"));
    const plain = new URL(await httpServer((_, response) => response.end("plain"))).port;
    const { url, seen } = await proxyServer();
    const proxy = { url, user: "ann", password: "s3cret", exclusions: [] };
    const more = { proxy, ca: { certificates: roots, only: true }, allowPrivate: false };
    const never = () => Promise.reject(new Error("nobody needs to ask"));
    const ports = [port, Number(plain)];
    const get = async (address: string) =>
      textOf(await fetchFrom(asking(address, { ...more, ports }), { lookup: never }));
    expect(await get(`https://feed.example:${port}/`)).toBe("over TLS");
    expect(await get(`http://feed.example:${plain}/`)).toBe("plain");
    const authorization = `Basic ${Buffer.from("ann:s3cret").toString("base64")}`;
    expect(seen).toEqual([
      { target: `feed.example:${port}`, authorization },
      { target: `feed.example:${plain}`, authorization },
    ]);
  });

  test("is not asked for addresses that may not be reached", async () => {
    const { url, seen } = await proxyServer();
    const proxy = { url, exclusions: [] };
    for (const target of ["http://169.254.169.254/", "http://localhost/", "http://[::1]/"]) {
      const work = fetchFrom(asking(target, { proxy, allowPrivate: false }));
      await expect(work).rejects.toMatchObject({ code: "NotAllowed" });
    }
    expect(seen).toEqual([]);
  });

  test("is left out for excluded hosts", async () => {
    const origin = await httpServer((_, response) => response.end("direct"));
    const proxy = { url: "http://127.0.0.1:1", exclusions: ["127.0.0.0/8"] };
    expect(await textOf(await fetchFrom(asking(origin, { proxy })))).toBe("direct");
  });

  test.each([
    [407, undefined, /wants a user name and password/],
    [407, "ann", /refuses the user name or password/],
    [403, undefined, /status 403/],
  ])("that answers %i to %s is explained", async (status, user, message) => {
    const { url } = await proxyServer(status, "x".repeat(100));
    const login = user === undefined ? {} : { user, password: "s3cret" };
    const work = fetchFrom(
      asking("https://feed.example/", { proxy: { url, ...login, exclusions: [] } }),
    );
    const error = await work.catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "Proxy", message: expect.stringMatching(message) });
    expect(JSON.stringify([error, (error as Error).message])).not.toContain("s3cret");
  });

  test("that is absent, closes, or stays silent is explained", async () => {
    const closing = await tcpServer((socket) => socket.destroy());
    const silent = await tcpServer(() => undefined);
    for (const [port, code] of [
      [1, "Proxy"],
      [closing, "Proxy"],
      [silent, "TimedOut"],
    ] as const) {
      const proxy = { url: `http://127.0.0.1:${port}`, exclusions: [] };
      const work = fetchFrom(asking("https://feed.example/", { proxy, timeoutMs: 500 }));
      await expect(work).rejects.toMatchObject({ code });
    }
  });
});

test.each([
  ["a.corp.example", "*.corp.example", true],
  ["corp.example", "*.corp.example", false],
  ["corp.example", ".corp.example", true],
  ["notcorp.example", ".corp.example", false],
  ["A.Corp.Example.", "*.corp.example", true],
  ["localhost", "localhost", true],
  ["10.1.2.3", "10.0.0.0/8", true],
  ["11.1.2.3", "10.0.0.0/8", false],
  ["10.1.2.3", "10.1.2.3", true],
  ["2001:db8::1", "2001:db8::/32", true],
  ["2001:db8::1", "[2001:db8::1]", true],
  ["10.1.2.3", "*.2.3", false],
  ["10.1.2.3", "10.0.0.0/99", false],
  ["any.example", "*", true],
  ["any.example", "", false],
])("%s is excluded by %s: %s", (host, exclusion, expected) => {
  expect(isExcluded(host, ["none.example", exclusion])).toBe(expected);
});
