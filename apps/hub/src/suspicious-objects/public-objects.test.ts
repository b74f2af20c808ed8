import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rawHttp, rawRequest } from "../raw-http.test-helper.ts";
import { startTestHub, type TestHub } from "../test-hub.test-helper.ts";

const PATH = "/v3.0/threatintel/suspiciousObjects";
let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub?.close());

type Item = Record<string, unknown> & { type: string };
type Page = { items: Item[]; nextLink?: string };

async function post(path: string, body: unknown): Promise<{ status: number; items: never }> {
  const answer = await hub.public("POST", path, { body });
  return { status: answer.status, items: (await answer.json()) as never };
}
async function list(query = "", headers: Record<string, string> = {}): Promise<Page> {
  const answer = await hub.public("GET", `${PATH}${query}`, { headers });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Page;
}
const filtered = async (filter: string) =>
  (await list("", { "TMV1-Filter": filter })).items.map((item) => item[item.type]);

describe("adding", () => {
  test("one status per object, in order; what is wrong is said for the object alone", async () => {
    const { status, items } = await post(PATH, [
      { ip: "192.0.2.10", description: "scanner", riskLevel: "medium", scanAction: "log" },
      { ip: "10.0.0.0/8" },
      { domain: "*.evil.example" },
      { ip: "not an address" },
      { domain: "evil.example", daysToExpiration: -1 },
      { description: "no value" },
      { url: "http://evil.example/a", ip: "192.0.2.11" },
      { url: "https://Evil.example:443/path?q=1", riskLevel: "extreme" },
      { fileSha256: "a".repeat(64), type: "fileSha256" },
      { type: "fileSha1", value: "B".repeat(40) },
      { senderMailAddress: "mallory@evil.example" },
      "text",
      { ip: 5 },
      { fileSha1: "c".repeat(64) },
    ]);
    expect(status).toBe(207);
    const results = items as {
      status: number;
      body?: { error: { code: string; message: string } };
    }[];
    expect(results.map((item) => item.status)).toEqual([
      201, 400, 400, 400, 201, 400, 400, 400, 201, 201, 201, 400, 400, 400,
    ]);
    const message = (i: number) => results[i]?.body?.error.message ?? "";
    expect(results[1]?.body?.error.code).toBe("BadRequest");
    expect(message(1)).toMatch(/^Invalid request - Invalid field format: ip\. ranges .* SMS\.$/);
    expect(message(2)).toMatch(/domain\. wildcards are not accepted\. .*subdomains/);
    expect(message(5)).toMatch(/^Invalid request - Required fields not found: ip, domain, url/);
    expect(message(6)).toMatch(/exactly one value/);
    expect(message(7)).toMatch(/riskLevel/);
    expect(message(13)).toMatch(/fileSha1\. .*40 hexadecimal/);
  });

  test("adding again overwrites, and counts once", async () => {
    await post(PATH, [{ ip: "192.0.2.20", riskLevel: "low" }]);
    await post(PATH, [
      { ip: "192.0.2.20", riskLevel: "high", description: "first" },
      { ip: "192.0.2.20", riskLevel: "medium", description: "second" },
    ]);
    const { items } = await list("", { "TMV1-Filter": "ip eq '192.0.2.20'" });
    expect(items).toMatchObject([{ riskLevel: "medium", description: "second" }]);
  });

  test("text that a database cannot hold is taken all the same", async () => {
    const { items } = await post(PATH, [
      { ip: "192.0.2.21", description: "nul \0 and half \ud800" },
    ]);
    expect(items).toEqual([{ status: 201 }]);
  });

  test("a body that is no array is refused as a whole, and one over 1 MB with 413", async () => {
    expect((await post(PATH, { ip: "192.0.2.1" })).status).toBe(400);
    const big = await hub.public("POST", PATH, {
      body: [{ ip: "1.1.1.1", description: "x".repeat(2_000_000) }],
    });
    expect(big.status).toBe(413);
    expect(await big.json()).toMatchObject({ error: { code: "RequestEntityTooLarge" } });
  });
});

describe("listing", () => {
  test("items have what strict clients insist on", async () => {
    await post(PATH, [{ url: "https://paging.example/a b", daysToExpiration: -1 }]);
    const { items } = await list("?top=1", { "TMV1-Filter": "type eq 'url'" });
    expect(items).toEqual([
      {
        type: "url",
        url: "https://paging.example/a b",
        description: "",
        scanAction: "block",
        riskLevel: "high",
        inExceptionList: false,
        lastModifiedDateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        expiredDateTime: "9999-12-31T23:59:59Z",
      },
    ]);
  });

  test("filters: fields, and, or, not, contains, any case of keywords", async () => {
    await post(PATH, [
      { ip: "198.51.100.1", riskLevel: "low", scanAction: "log" },
      { ip: "2001:DB8::1", riskLevel: "low" },
      { domain: "filter.example", riskLevel: "low" },
    ]);
    const low = "riskLevel EQ 'low' AND";
    expect(await filtered(`${low} type eq 'domain'`)).toEqual(["filter.example"]);
    expect(await filtered(`${low} not (type eq 'ip')`)).toEqual(["filter.example"]);
    expect(await filtered(`${low} contains(ip,'51.100')`)).toEqual(["198.51.100.1"]);
    expect(await filtered("ip eq '2001:db8:0::1'")).toEqual(["2001:db8::1"]);
    expect(await filtered("domain eq '100%' or domain eq 'FILTER.example'")).toEqual([
      "filter.example",
    ]);
    const wrong = await hub.public("GET", PATH, { headers: { "TMV1-Filter": "colour eq 'red'" } });
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({
      error: { code: "BadRequest", message: expect.stringContaining('unknown field "colour"') },
    });
  });

  test.each(["riskLevel desc", "lastModifiedDateTime asc", "expiredDateTime%20desc", ""])(
    "pages in the order %s hold every object once",
    async (order) => {
      await post(
        PATH,
        Array.from({ length: 7 }, (_, i) => ({
          ip: `203.0.113.${i}`,
          riskLevel: i % 2 ? "high" : "low",
        })),
      );
      const filter = { "TMV1-Filter": "contains(ip,'203.0.113.')" };
      const seen: unknown[] = [];
      let query = `?top=3&unknown=1${order === "" ? "" : `&orderBy=${order}`}`;
      for (;;) {
        const page = await list(query, filter);
        seen.push(...page.items.map((item) => item["ip"]));
        if (page.nextLink === undefined) break;
        expect(page.nextLink.startsWith(`${hub.urls.web}${PATH}?`)).toBe(true);
        expect(page.nextLink).toMatch(/top=3&unknown=1.*skipToken=/);
        expect(page.nextLink).not.toMatch(/[ +]/);
        query = new URL(page.nextLink).search;
      }
      expect(seen.length).toBe(7);
      expect(new Set(seen).size).toBe(7);
    },
  );

  test("a time window: inclusive seconds, a start without an end, and what is no time", async () => {
    await post(PATH, [{ domain: "window.example" }]);
    const one = { "TMV1-Filter": "domain eq 'window.example'" };
    const time = String((await list("", one)).items[0]?.["lastModifiedDateTime"]);
    expect((await list(`?startDateTime=${time}`, one)).items.length).toBe(1);
    expect((await list(`?startDateTime=${time}&endDateTime=${time}`, one)).items.length).toBe(1);
    expect((await list("?endDateTime=2020-01-01T00:00:00Z", one)).items).toEqual([]);
    for (const query of ["startDateTime=yesterday", "orderBy=colour", "skipToken=x"]) {
      const answer = await hub.public("GET", `${PATH}?${query}`);
      expect(answer.status).toBe(400);
    }
  });

  test.each(["1", "10", "200", "5000", "0", "-1", "many"])(
    "top=%s is not an error",
    async (top) => {
      expect((await hub.public("GET", `${PATH}?top=${top}`)).status).toBe(200);
    },
  );
});

test("deleting: in order, whatever the spelling; a second time it is not found", async () => {
  await post(PATH, [{ url: "http://delete.example/x" }, { senderMailAddress: "a@delete.example" }]);
  const { status, items } = await post(`${PATH}/delete`, [
    { url: "HTTPS://Delete.example/x", description: "sent by some clients" },
    { url: "http://delete.example/x" },
    { senderMailAddress: "A@delete.example" },
    {},
  ]);
  expect(status).toBe(207);
  expect(items).toMatchObject([
    { status: 204 },
    { status: 404, body: { error: { code: "NotFound" } } },
    { status: 204 },
    { status: 400 },
  ]);
});

describe("on the wire", () => {
  const bearer = () => ({ Authorization: `Bearer ${hub.key}`, "Content-Type": "application/json" });

  test("one connection is kept; the answers carry x-trace-id and exact bodies", async () => {
    const answers = await rawHttp(hub.urls.web, [
      rawRequest("GET /v3.0/healthcheck/connectivity", bearer()),
      rawRequest(`GET ${PATH}?top=1`, bearer()),
      rawRequest("GET /v3.0/nowhere", bearer()),
      rawRequest("GET /v3.0/healthcheck/connectivity", { Authorization: "Bearer wrong" }),
      rawRequest("GET /v3.0/healthcheck/connectivity", bearer()),
      // Last, because after a body that could not be read the server hangs up.
      rawRequest(`POST ${PATH}`, bearer(), "not json"),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 401, 200, 400]);
    for (const { headerLines } of answers) {
      expect(headerLines.join("\n")).toMatch(/^x-trace-id: \S+$/im);
      expect(headerLines.join("\n")).toMatch(/^content-type: application\/json/im);
    }
    const bodies = answers.map(({ body }) => JSON.parse(body));
    expect(bodies[0]).toEqual({ status: "available" });
    expect(bodies[2]).toEqual({ error: { code: "NotFound", message: expect.any(String) } });
    expect(bodies[3].error.code).toBe("InvalidCredentials");
    expect(bodies[5].error.code).toBe("BadRequest");
  });

  test("nextLink is built from the Host that the client used", async () => {
    const [answer] = await rawHttp(hub.urls.web, [rawRequest(`GET ${PATH}?top=1`, bearer())]);
    expect(JSON.parse(answer?.body ?? "").nextLink).toMatch(/^http:\/\/hub\.example:8080\/v3\.0\//);
  });

  test("a Host that is none is refused, not answered with a broken link", async () => {
    const [answer] = await rawHttp(hub.urls.web, [
      rawRequest(`GET ${PATH}?top=1`, { ...bearer(), Host: "not a host" }),
    ]);
    expect(answer?.status).toBe(400);
  });

  test("a key that may only read gets 403 in the same shape", async () => {
    const Authorization = `Bearer ${await hub.createKey("operator")}`;
    const [answer] = await rawHttp(hub.urls.web, [
      rawRequest(`POST ${PATH}`, { ...bearer(), Authorization }, "[]"),
    ]);
    expect(answer?.status).toBe(403);
    expect(JSON.parse(answer?.body ?? "").error.code).toBe("AccessDenied");
  });
});
