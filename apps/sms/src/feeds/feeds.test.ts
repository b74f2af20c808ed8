import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import type {
  Feed,
  FeedRun,
  FeedSettings,
  Job,
  Overview,
  Source,
  TestStep,
} from "@breakwater/protocol";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestSms, type TestSms } from "../test-sms.test-helper.ts";
import { type FeedServer, startFeedServer, tagged } from "./feed-server.test-helper.ts";

const SAMPLES = new URL("../../../../packages/indicators/samples/", import.meta.url);
const SECRET = "a-very-secret-word";
let sms: TestSms;
let server: FeedServer;

beforeAll(async () => {
  server = await startFeedServer();
  sms = await createTestSms();
});
afterAll(async () => {
  await sms?.close();
  await server?.close();
});

function settingsOf(name: string, more: Partial<FeedSettings> = {}): FeedSettings {
  return {
    name,
    url: `${server.url}/${encodeURIComponent(name)}`,
    format: { format: "list" },
    enabled: true,
    schedule: { everyMinutes: 60 },
    defaults: { severity: "High", scanAction: null, tags: {}, ttlHours: null, type: null },
    credentials: { kind: "none" },
    ca: server.ca,
    proxy: null,
    allowPrivate: true,
    allowHttp: false,
    maxEntries: 1_000_000,
    limits: null,
    ...more,
  };
}

function serve(name: string, body: string): void {
  server.replies.set(`/${encodeURIComponent(name)}`, tagged(body));
}

async function sample(name: string): Promise<string> {
  return gunzipSync(await readFile(new URL(name, SAMPLES))).toString();
}

function addresses(count: number, third = 0): string {
  return Array.from(
    { length: count },
    (_, at) => `198.51.${third + Math.floor(at / 250)}.${at % 250}\n`,
  ).join("");
}

async function add(name: string, more: Partial<FeedSettings> = {}): Promise<Feed> {
  const feed = await sms.call<Feed>("POST", "/api/v1/feeds", settingsOf(name, more));
  return settled(feed);
}

function get({ id }: Pick<Feed, "id">): Promise<Feed> {
  return sms.call<Feed>("GET", `/api/v1/feeds/${id}`);
}

/** After the run under way. */
async function settled(feed: Pick<Feed, "id">): Promise<Feed> {
  return vi.waitFor(
    async () => {
      const now = await get(feed);
      expect(now.job).toBeNull();
      expect(now.state).not.toBe("never-run");
      return now;
    },
    { timeout: 30_000, interval: 50 },
  );
}

async function run(feed: Pick<Feed, "id">): Promise<Feed> {
  await sms.call("POST", `/api/v1/feeds/${feed.id}/run`);
  return settled(feed);
}

async function lastRun({ id }: Pick<Feed, "id">): Promise<FeedRun | undefined> {
  const { items } = await sms.call<{ items: FeedRun[] }>("GET", `/api/v1/feeds/${id}/runs`);
  return items[0];
}

async function valuesOf(source: string): Promise<string[]> {
  const { rows } = await sms.database.pool.query<{ value: string }>(
    `select e.value from reputation_entry e join reputation_source s on s.id = any(e.sources)
      where s.name = $1 order by e.value`,
    [source],
  );
  return rows.map(({ value }) => value);
}

async function revisionsOf(source: string): Promise<string[]> {
  const { rows } = await sms.database.pool.query<{ at: string }>(
    `select e.value || ' ' || e.revision || ' ' || e.modified as at from reputation_entry e
      join reputation_source s on s.id = any(e.sources) where s.name = $1 order by 1`,
    [source],
  );
  return rows.map(({ at }) => at);
}

describe("a run", () => {
  test("takes over what is new, leaves what stays untouched, and withdraws what is gone", async () => {
    serve("diff", "198.51.100.1\n198.51.100.2\nnot a value at all\n");
    const feed = await add("diff");
    expect(feed).toMatchObject({ state: "ok", entries: 2, rejected: 1 });
    const before = await revisionsOf("diff");

    expect((await run(feed)).state).toBe("ok");
    expect(await lastRun(feed)).toMatchObject({ outcome: "not-modified", notModified: true });
    expect(await revisionsOf("diff")).toEqual(before);

    serve("diff", "198.51.100.2\n198.51.100.3\n");
    await run(feed);
    expect(await lastRun(feed)).toMatchObject({ added: 1, withdrawn: 1, unchanged: 1, changed: 0 });
    expect(await valuesOf("diff")).toEqual(["198.51.100.2", "198.51.100.3"]);
    const kept = (lines: string[]) => lines.find((line) => line.startsWith("198.51.100.2 "));
    expect(kept(await revisionsOf("diff"))).toBe(kept(before));
  });

  test("keeps the entries of a feed that fails, says since when and why, and recovers by itself", async () => {
    serve("failing", addresses(3));
    const feed = await add("failing");
    const path = "/failing";
    for (const [status, reason] of [
      [401, /credentials are refused/],
      [500, /server has a fault/],
    ] as const) {
      server.replies.set(path, () => ({ status }));
      const failed = await run(feed);
      expect(failed).toMatchObject({ state: "failed", entries: 3 });
      expect(failed.summary).toMatch(reason);
      expect(failed.summary).toMatch(/fails since \d{4}-/);
    }
    const { attention } = await sms.call<Overview>("GET", "/api/v1/overview");
    expect(attention.some(({ message }) => message.startsWith("Feed failing: It fails"))).toBe(
      true,
    );

    serve("failing", addresses(3));
    await sms.database.pool.query("update feed set next_run = now() where id = $1", [feed.id]);
    await sms.restart();
    await vi.waitFor(async () => expect((await get(feed)).state).toBe("ok"), { timeout: 20_000 });
  });

  test.each([
    ["nothing", "", /sends nothing/],
    ["far less", addresses(20), /shrinks by 90 %/],
  ])("is held when the feed suddenly sends %s, until a person decides", async (kind, less, why) => {
    const name = `held ${kind}`;
    serve(name, addresses(200));
    const feed = await add(name);
    serve(name, less);
    const held = await run(feed);
    const after = less === "" ? 0 : 20;
    expect(held).toMatchObject({ state: "held", entries: 200, held: { before: 200, after } });
    expect(held.summary).toMatch(why);
    expect((await run(feed)).held?.since).toBe(held.held?.since);

    const rejected = await sms.call<Feed>("POST", `/api/v1/feeds/${feed.id}/reject`);
    expect(rejected).toMatchObject({ state: "ok", held: null, entries: 200 });
    expect((await run(feed)).state).toBe("ok");
    expect((await lastRun(feed))?.outcome).toBe("kept");

    serve(name, `${less}# again\n`);
    expect((await run(feed)).state).toBe("held");
    await sms.call<Job>("POST", `/api/v1/feeds/${feed.id}/accept`);
    expect(await settled(feed)).toMatchObject({ state: "ok", held: null, entries: after });
    const again = await sms.fetch("POST", `/api/v1/feeds/${feed.id}/accept`);
    expect(again.status).toBe(409);
  });

  test("is held when the feed suddenly grows, and takes no more than allowed", async () => {
    serve("growing", addresses(10));
    const feed = await add("growing", { limits: { shrinkPercent: 50, growthFactor: 2 } });
    serve("growing", addresses(12_000));
    expect((await run(feed)).held).toMatchObject({ before: 10, after: 12_000 });

    const small = await add("growing too far", {
      url: `${server.url}/growing`,
      maxEntries: 100,
    });
    expect(small).toMatchObject({ state: "failed", entries: 0 });
    expect(small.summary).toMatch(/has 12000 entries, and 100 are allowed/);
  });

  test("of a feed that sends a page instead of a list fails and says what to look at", async () => {
    serve("page", "<html><body>Log in</body></html>");
    const feed = await add("page");
    expect(feed).toMatchObject({ state: "failed", entries: 0 });
    expect(feed.summary).toMatch(/is an indicator.*Test the feed/);
  });

  test("goes on where it was when its process ends in the middle", async () => {
    serve("crash", addresses(30_000));
    const feed = await sms.call<Feed>("POST", "/api/v1/feeds", settingsOf("crash"));
    await vi.waitFor(async () => expect((await valuesOf("crash")).length).toBeGreaterThan(0), {
      timeout: 30_000,
      interval: 20,
    });
    const asked = server.seen.filter(({ url }) => url === "/crash").length;
    await sms.restart();
    expect(await settled(feed)).toMatchObject({ state: "ok", entries: 30_000 });
    expect(server.seen.filter(({ url }) => url === "/crash")).toHaveLength(asked);
    const { rows } = await sms.database.pool.query("select 1 from job_input");
    expect(rows).toEqual([]);
  });
});

describe("formats", () => {
  test("a table, with what its columns say and defaults for the rest", async () => {
    serve("table", "who;what\nsome note;evil.example\n");
    await add("table", {
      format: { format: "csv", delimiter: ";", header: true, columns: ["description", "value"] },
      defaults: {
        severity: "Low",
        scanAction: "log",
        tags: { Team: "blue" },
        ttlHours: 24,
        type: null,
      },
    });
    const { rows } = await sms.database.pool.query<{ expires: Date }>(
      `select severity, scan_action, tags ->> 'Team' as team, expires,
        assertions -> 0 ->> 'd' as description
      from reputation_entry where value = 'evil.example'`,
    );
    const [row] = rows;
    expect(row).toMatchObject({
      severity: "Low",
      scan_action: "log",
      team: "blue",
      description: "some note",
    });
    const hours = ((row?.expires.getTime() ?? 0) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThan(27.1);
  });

  test.each([
    ["stix", "IcedID_Malware.json.gz"],
    ["misp", "mozi.misp-event.json.gz"],
  ] as const)("a real %s file", async (format, file) => {
    serve(format, await sample(file));
    const feed = await add(format, { format: { format } });
    expect(feed.state).toBe("ok");
    expect(feed.entries).toBeGreaterThan(20);
  });

  test("a folder of MISP events", async () => {
    const uuids = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
    const manifest = Object.fromEntries(uuids.map((uuid) => [uuid, { timestamp: "1" }]));
    server.replies.set("/folder/manifest.json", tagged(JSON.stringify(manifest)));
    const events = ["mozi.misp-event.json.gz", "misp-moustachedbouncer.event.json.gz"];
    for (const [at, uuid] of uuids.entries()) {
      const body = await sample(events[at] ?? "");
      server.replies.set(`/folder/${uuid}.json`, () => ({ body }));
    }
    const feed = await add("folder", {
      url: `${server.url}/folder/`,
      format: { format: "misp" },
    });
    expect(feed.state).toBe("ok");
    const mozi = (await valuesOf("misp")).length;
    expect(feed.entries).toBeGreaterThan(mozi);
  });

  test("TAXII: everything first, then what is new or revoked, and everything again after a day", async () => {
    const indicator = (n: number, more: object = {}) => ({
      type: "indicator",
      spec_version: "2.1",
      id: `indicator--00000000-0000-4000-8000-00000000000${n}`,
      created: "2026-01-01T00:00:00Z",
      modified: "2026-01-01T00:00:00Z",
      valid_from: "2026-01-01T00:00:00Z",
      pattern_type: "stix",
      pattern: `[ipv4-addr:value = '203.0.113.${n}']`,
      ...more,
    });
    let all: object[] = [1, 2, 3].map((n) => indicator(n));
    let news: object[] = [];
    const asked: (string | null)[] = [];
    server.replies.set("/taxii/collections/c1/objects/", (request) => {
      const query = new URL(request.url ?? "", "https://taxii").searchParams;
      const after = query.get("added_after");
      asked.push(after);
      const objects = after === null ? all : news;
      return {
        body: JSON.stringify({ objects }),
        headers: { "X-TAXII-Date-Added-Last": `2026-02-0${asked.length}T00:00:00.000Z` },
      };
    });
    const feed = await add("taxii", {
      url: `${server.url}/taxii/`,
      format: { format: "taxii", collection: "c1" },
    });
    expect(await valuesOf("taxii")).toEqual(["203.0.113.1", "203.0.113.2", "203.0.113.3"]);

    news = [indicator(4), indicator(1, { revoked: true })];
    await run(feed);
    expect(await valuesOf("taxii")).toEqual(["203.0.113.2", "203.0.113.3", "203.0.113.4"]);

    all = [indicator(3), indicator(4)];
    await sms.database.pool.query(
      "update feed set last_full = last_full - interval '1 day' where id = $1",
      [feed.id],
    );
    await run(feed);
    expect(await valuesOf("taxii")).toEqual(["203.0.113.3", "203.0.113.4"]);
    expect(asked).toEqual([null, "2026-02-01T00:00:00.000Z", null]);
  });
});

describe("secrets", () => {
  const basic = { kind: "basic", user: "ann", password: SECRET } as const;

  test("are used, never shown, kept where they went before, and asked for elsewhere", async () => {
    serve("secret", addresses(1));
    const feed = await add("secret", { credentials: basic });
    expect(feed.credentials).toEqual({ kind: "basic", user: "ann" });
    const sent = server.seen.findLast(({ url }) => url === "/secret")?.headers.authorization;
    expect(sent).toBe(`Basic ${Buffer.from(`ann:${SECRET}`).toString("base64")}`);

    const again = { ...settingsOf("secret"), credentials: { kind: "basic", user: "ann" } };
    await sms.call("PUT", `/api/v1/feeds/${feed.id}`, again);
    await run(feed);
    expect(server.seen.findLast(({ url }) => url === "/secret")?.headers.authorization).toBe(sent);

    const moved = { ...again, url: "https://elsewhere.example/list" };
    const refused = await sms.fetch("PUT", `/api/v1/feeds/${feed.id}`, moved);
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain("credentials.password");

    const { rows } = await sms.database.pool.query<{ found: string }>(
      `select f::text as found from feed f union all select j::text from job j
        union all select a::text from audit_record a`,
    );
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter(({ found }) => found.includes(SECRET))).toEqual([]);
  });
});

test.each([
  ["url", { url: "ftp://feed.example/x" }],
  ["url", { url: "http://feed.example/x" }],
  ["url", { url: "https://ann:s3cr3t@feed.example/x" }],
  ["format.columns", { format: { format: "csv", delimiter: ",", header: true, columns: [] } }],
  ["ca", { ca: "nothing" }],
  ["credentials.token", { credentials: { kind: "bearer" } }],
  [
    "defaults.type",
    { format: { format: "stix" }, defaults: { ...settingsOfDefaults(), type: "url" } },
  ],
] as const)("%s is refused with its field and a remedy", async (field, more) => {
  const given = { ...settingsOf("refused"), ...more };
  const answer = await sms.fetch("POST", "/api/v1/feeds", given);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ error: { details: [{ field, remedy: expect.anything() }] } });
  expect(JSON.stringify(answer.body)).not.toContain("s3cr3t");
});

function settingsOfDefaults() {
  return { severity: null, scanAction: null, tags: {}, ttlHours: null, type: null };
}

describe("the test of a feed", () => {
  type FeedTest = { steps: TestStep[]; preview: { rows: unknown[]; columns: unknown[] } | null };

  async function tested(more: Partial<FeedSettings>): Promise<FeedTest> {
    return sms.call<FeedTest>("POST", "/api/v1/feeds/test", settingsOf("tested", more));
  }

  test("passes every step and shows the first rows, with columns that it guesses", async () => {
    serve("tested", "indicator,risk\n198.51.100.1,High\n");
    const format = {
      format: "csv",
      delimiter: ",",
      header: true,
      columns: [],
    } satisfies FeedSettings["format"];
    const { steps, preview } = await tested({ format });
    expect(steps.map(({ result }) => result)).toEqual(Array(6).fill("ok"));
    expect(preview).toMatchObject({ columns: [{ use: "value" }, { use: "severity" }] });
    expect(preview?.rows).toHaveLength(1);
  });

  test.each([
    ["Name resolution", { url: "https://nowhere.invalid/x" }],
    ["Connection", { url: "https://127.0.0.1:1/x" }],
    ["Connection", { allowPrivate: false }],
    ["TLS", { ca: null }],
    ["Credentials", { url: "/401" }],
    ["HTTP status", { url: "/500" }],
    ["Format", { url: "/page" }],
  ])("%s: names the step that fails, with a remedy", async (step, more) => {
    for (const status of [401, 500]) server.replies.set(`/${status}`, () => ({ status }));
    serve("page", "<html><body>Log in</body></html>");
    const { url } = { url: "/tested", ...more };
    const { steps, preview } = await tested({
      ...more,
      url: url.startsWith("/") ? `${server.url}${url}` : url,
    });
    const failed = steps.filter(({ result }) => result === "failed");
    expect(failed.map((one) => one.step)).toEqual([step]);
    expect(failed[0]?.remedy).not.toBe("");
    expect(steps).toHaveLength(6);
    expect(preview).toBeNull();
  });
});

describe("sources", () => {
  async function sourceOf(name: string): Promise<Source | undefined> {
    const { items } = await sms.call<{ items: Source[] }>("GET", "/api/v1/reputation/sources");
    return items.find((one) => one.name === name);
  }

  test("a renamed feed renames its source; a deleted one takes its entries with it, and back", async () => {
    serve("gone", addresses(5));
    const feed = await add("gone", { url: `${server.url}/gone` });
    const renamed = settingsOf("going", { url: `${server.url}/gone` });
    await sms.call("PUT", `/api/v1/feeds/${feed.id}`, renamed);
    expect(await sourceOf("going")).toMatchObject({ kind: "feed", entries: 5, path: "/jobs" });
    const taken = await sms.fetch("POST", "/api/v1/feeds", settingsOf("going"));
    expect(taken.status).toBe(409);

    await sms.call("DELETE", `/api/v1/feeds/${feed.id}`);
    const { items } = await sms.call<{ items: Job[] }>("GET", "/api/v1/jobs?kind=source-withdraw");
    const job = items[0];
    await vi.waitFor(async () => expect(await sourceOf("going")).toBeUndefined(), {
      timeout: 20_000,
    });
    await vi.waitFor(
      async () => {
        const done = await sms.call<Job>("GET", `/api/v1/jobs/${job?.id}`);
        expect(done).toMatchObject({ state: "succeeded", canUndo: true, result: { entries: 5 } });
      },
      { timeout: 20_000 },
    );
    await sms.call("POST", `/api/v1/jobs/${job?.id}/undo`);
    await vi.waitFor(async () => expect((await sourceOf("going"))?.entries).toBe(5), {
      timeout: 20_000,
    });
    expect((await sourceOf("going"))?.kind).toBe("import");
  });

  test("entries of a deleted feed can stay; what is still fetched is not withdrawn", async () => {
    serve("staying", addresses(4));
    const feed = await add("staying");
    const { id } = (await sourceOf("staying")) ?? { id: 0 };
    const refused = await sms.fetch("POST", `/api/v1/reputation/sources/${id}/withdraw`);
    expect(refused.status).toBe(409);
    await sms.call("DELETE", `/api/v1/feeds/${feed.id}?entries=keep`);
    expect(await sourceOf("staying")).toMatchObject({ kind: "import", entries: 4 });
    await sms.call<Job>("POST", `/api/v1/reputation/sources/${id}/withdraw`);
    await vi.waitFor(async () => expect(await sourceOf("staying")).toBeUndefined(), {
      timeout: 20_000,
    });
  });
});
