import type { IncomingHttpHeaders } from "node:http";
import { expect, test } from "vitest";
import { fetchFrom } from "./fetch-from.ts";
import { asking, certificates, httpServer, textOf, tlsServer } from "./servers.test-helper.ts";

type Seen = { method: string | undefined; headers: IncomingHttpHeaders };

/** A server that sends everybody elsewhere, and the one where they arrive. */
async function twoServers(status: number) {
  const seen: Seen[] = [];
  const second = await httpServer(({ method, headers }, response) => {
    seen.push({ method, headers });
    response.end("arrived");
  });
  const first = await httpServer(({ url, method, headers }, response) => {
    const location = url === "/other" ? `${second}/` : "/here";
    if (url !== "/here") response.writeHead(status, { location });
    else seen.push({ method, headers });
    response.end("arrived");
  });
  return { first, second, seen };
}

const secrets = {
  credentials: { kind: "header", name: "X-API-Key", value: "k1" },
  headers: { cookie: "c1", authorization: "a1", "x-other": "o1", accept: "text/csv" },
} as const;

test("a redirect within the origin keeps what was sent", async () => {
  const { first, seen } = await twoServers(307);
  const request = asking(`${first}/start`, { ...secrets, method: "POST", body: "b" });
  const response = await fetchFrom(request);
  expect(await textOf(response)).toBe("arrived");
  expect(response.finalUrl).toBe(`${first}/here`);
  expect(seen[0]).toMatchObject({ method: "POST", headers: { "x-api-key": "k1", cookie: "c1" } });
});

test("nothing secret goes to another origin", async () => {
  const { first, second, seen } = await twoServers(302);
  const response = await fetchFrom(asking(`${first}/other`, secrets));
  expect(response.finalUrl).toBe(`${second}/`);
  expect(seen[0]?.headers).toMatchObject({ accept: "text/csv", host: second.slice(7) });
  expect(JSON.stringify(seen)).not.toMatch(/k1|c1|a1|o1/);
});

test("after a POST a 302 is followed with GET; a 307 may not take the body elsewhere", async () => {
  const { first, seen } = await twoServers(302);
  await fetchFrom(asking(`${first}/other`, { method: "POST", body: "b" }));
  expect(seen[0]?.method).toBe("GET");
  const strict = await twoServers(307);
  const work = fetchFrom(asking(`${strict.first}/other`, { method: "POST", body: "b" }));
  await expect(work).rejects.toMatchObject({ code: "Redirect" });
});

test("three redirects are followed, not four, unless told otherwise", async () => {
  let count = 0;
  const origin = await httpServer(({ url }, response) => {
    const left = Number(url?.slice(1));
    if (left > 0) response.writeHead(301, { location: `/${left - 1}` });
    count++;
    response.end("arrived");
  });
  expect(await textOf(await fetchFrom(asking(`${origin}/3`)))).toBe("arrived");
  expect(count).toBe(4);
  const work = fetchFrom(asking(`${origin}/4`));
  await expect(work).rejects.toMatchObject({ code: "Redirect" });
  const none = fetchFrom(asking(`${origin}/1`, { redirects: 0 }));
  await expect(none).rejects.toMatchObject({ code: "Redirect" });
});

test.each(["ftp://a.example/", "file:///etc/passwd", "http://u:p@127.0.0.1/", "http://[bad"])(
  "a redirect to %s is refused",
  async (location) => {
    const origin = await httpServer((_, response) => {
      response.writeHead(302, { location }).end();
    });
    const error = await fetchFrom(asking(origin)).catch((e: Error) => e);
    expect(error).toMatchObject({ name: "OutboundError" });
    expect((error as Error).message).not.toContain("u:p");
  },
);

test("https is not given up", async () => {
  const { credentials, roots } = await certificates(["127.0.0.1"]);
  const port = await tlsServer(credentials, (_, response) => {
    response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
  });
  const ca = { certificates: roots, only: true };
  const work = fetchFrom(asking(`https://127.0.0.1:${port}/`, { ca }));
  await expect(work).rejects.toMatchObject({
    code: "Redirect",
    message: expect.stringContaining("from https to http"),
  });
});
