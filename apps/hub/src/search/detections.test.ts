import { SharedDetection } from "@breakwater/protocol";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { enrolProduct, type SimulatedProduct } from "../simulated-product.test-helper.ts";
import { startTestHub, type TestHub } from "../test-hub.test-helper.ts";

let hub: TestHub;
let product: SimulatedProduct;
const NOW = Date.now();

beforeAll(async () => {
  hub = await startTestHub();
  product = await enrolProduct(await hub.createToken("SMS one"));
});
afterAll(async () => {
  product?.close();
  await hub?.close();
});

const detection = (over: Partial<SharedDetection> = {}): SharedDetection => ({
  rt: String(NOW),
  dvchost: "ips-1",
  ruleName: "Reputation: High",
  policyId: "5e0c2a04-0d5b-4f0c-9a8e-6c8e2f6b1a11",
  severity: 4,
  ruleUuid: "00000001-0001-0001-0001-000000007610",
  app: "http",
  src: "10.0.0.5",
  spt: "50123",
  dst: "192.0.2.66",
  dpt: "80",
  aggregatedCount: "1",
  act: "Block + Notify",
  mpname: "SMS one",
  cves: [],
  techniqueId: [],
  ...over,
});

let nextEpoch = 0;
const newEpoch = () => (nextEpoch += 1).toString(16).padStart(16, "0");

async function share(epoch: string, records: [number, SharedDetection][]) {
  const body = { epoch, records: records.map(([seq, record]) => ({ seq, record })) };
  const answer = await product.request("POST", "/product/v1/detections", body);
  return { status: answer.status, ...JSON.parse(answer.body) } as { status: number; next?: number };
}
async function count(query: string): Promise<number> {
  const answer = await hub.public("GET", "/v3.0/search/detections?mode=countOnly", {
    headers: { "TMV1-Query": query },
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { totalCount: number }).totalCount;
}

describe("intake", () => {
  test("a batch sent again adds nothing, an overlapping one only what is new", async () => {
    const epoch = newEpoch();
    const record = detection({ dvchost: "intake-1" });
    const two: [number, SharedDetection][] = [
      [0, record],
      [1, record],
    ];
    expect(await share(epoch, two)).toEqual({ status: 200, next: 2 });
    expect(await share(epoch, two)).toEqual({ status: 200, next: 2 });
    expect(await share(epoch, [...two, [2, record]])).toEqual({ status: 200, next: 3 });
    expect(await count("dvchost:intake-1")).toBe(3);
  });

  test("the same batch from two connections at once is stored once", async () => {
    const epoch = newEpoch();
    const batch = Array.from({ length: 200 }, (_, seq): [number, SharedDetection] => [
      seq,
      detection({ dvchost: "intake-2" }),
    ]);
    const answers = await Promise.all([1, 2, 3, 4].map(() => share(epoch, batch)));
    expect(new Set(answers.map(({ next }) => next))).toEqual(new Set([200]));
    expect(await count("dvchost:intake-2")).toBe(200);
  });

  test("positions may be skipped, are counted, and a new epoch starts over", async () => {
    const epoch = newEpoch();
    const record = detection({ dvchost: "intake-3" });
    expect(
      (
        await share(epoch, [
          [0, record],
          [10, record],
        ])
      ).next,
    ).toBe(11);
    expect((await share(newEpoch(), [[0, record]])).next).toBe(1);
    expect(await count("dvchost:intake-3")).toBe(3);
    const { rows } = await sql<{ skipped: number }>`
      select skipped from detection_position where epoch = ${epoch}`.execute(hub.db);
    expect(rows).toEqual([{ skipped: 9 }]);
  });

  test("disorder and broken records are refused as a whole, with the field", async () => {
    const epoch = newEpoch();
    const record = detection({ dvchost: "intake-4" });
    expect(
      await share(epoch, [
        [1, record],
        [1, record],
      ]),
    ).toMatchObject({
      status: 400,
      error: { message: expect.stringContaining("records.1.seq") },
    });
    const broken = { ...record, severity: 9 };
    expect(
      (
        await share(epoch, [
          [0, record],
          [1, broken],
        ])
      ).status,
    ).toBe(400);
    expect(await count("dvchost:intake-4")).toBe(0);
  });

  test("hostile text, a time that is none, and a body that is too large", async () => {
    const epoch = newEpoch();
    const request = "/a\0b\ud800'; drop table detection; --";
    const record = detection({ dvchost: "intake-5", request, rt: "yesterday" });
    expect((await share(epoch, [[0, record]])).status).toBe(200);
    expect(await count('dvchost:intake-5 and request:"*drop table*"')).toBe(1);
    const big = detection({ request: "x".repeat(9 * 1024 * 1024) });
    expect((await share(epoch, [[1, big]])).status).toBe(413);
  });
});

describe("search", () => {
  beforeAll(async () => {
    const records = [
      detection({
        src: "10.1.1.1",
        ruleName: "SQL injection",
        cves: ["CVE-2024-1111"],
        rt: String(NOW - 1000),
      }),
      detection({
        src: "10.1.1.2",
        ruleName: "SQL probe",
        request: "/index.php?id=1",
        rt: String(NOW - 2000),
      }),
      detection({ src: "2001:db8::7", ruleName: "Beacon", severity: 2, rt: String(NOW - 3000) }),
      detection({ src: "10.1.1.4", ruleName: "Old", rt: String(NOW - 3 * 86_400_000) }),
    ].map((one, seq): [number, SharedDetection] => [seq, { ...one, dvchost: "search-1" }]);
    await share(newEpoch(), records);
  });

  test.each([
    ["dvchost:search-1", 3],
    ["dvchost:SEARCH-1 and src:10.1.1.1", 1],
    ['dvchost:search-1 and ruleName:"SQL injection"', 1],
    ["dvchost:search-1 and ruleName:SQL*", 2],
    ["dvchost:search-1 and (src:10.1.1.1 or src:2001:DB8::7)", 2],
    ["dvchost:search-1 and not severity:2", 2],
    ["dvchost:search-1 and cves:cve-2024-1111", 1],
    ["dvchost:search-1 and request:*", 1],
    ["dvchost:search-1 and not request:*", 2],
    ["dvchost:search-1 and cves:*", 1],
    ["dvchost:search-1 and hostName: *", 0],
    ["dvchost:search-1 and uuid:*", 3],
    ["dvchost:search-1 and eventName:DEEP_PACKET_INSPECTION_EVENT", 3],
    ["dvchost:search-1 and ruleName:100%", 0],
    ["dvchost:search-1 index.php", 1],
    ["dvchost:search-1 and index*id", 1],
    ["dvchost:search-1 and *", 3],
  ])("%s finds %i", async (query, expected) => {
    expect(await count(query)).toBe(expected);
  });

  test("pages hold every event once, newest first, in a window that does not move", async () => {
    const seen: { src: string; uuid: string }[] = [];
    let url = "/v3.0/search/detections?top=2";
    for (;;) {
      const answer = await hub.public("GET", url, {
        headers: { "TMV1-Query": "dvchost:search-1" },
      });
      const page = (await answer.json()) as {
        items: typeof seen;
        nextLink?: string;
        progressRate: number;
      };
      expect(page.progressRate).toBe(100);
      seen.push(...page.items);
      if (page.nextLink === undefined) break;
      url = page.nextLink;
    }
    expect(seen.map(({ src }) => src)).toEqual(["10.1.1.1", "10.1.1.2", "2001:db8::7"]);
    expect(new Set(seen.map(({ uuid }) => uuid)).size).toBe(3);
  });

  test("an item has the keys it was shared with; select keeps some", async () => {
    const get = async (query: string) => {
      const headers = { "TMV1-Query": "src:10.1.1.1 and dvchost:search-1" };
      const answer = await hub.public("GET", `/v3.0/search/detections${query}`, { headers });
      return ((await answer.json()) as { items: Record<string, unknown>[] }).items[0];
    };
    const whole = await get("?select=empty");
    expect(SharedDetection.parse(whole)).toMatchObject({ src: "10.1.1.1", aggregatedCount: "1" });
    expect(whole).toMatchObject({ eventName: "DEEP_PACKET_INSPECTION_EVENT", pname: "SMS one" });
    expect(await get("?select=src,ruleName,hostName")).toEqual({
      src: "10.1.1.1",
      ruleName: "SQL injection",
    });
  });

  test("the window: older events by startDateTime; wrong parameters are refused", async () => {
    const start = new Date(NOW - 7 * 86_400_000).toISOString();
    const answer = await hub.public("GET", `/v3.0/search/detections?startDateTime=${start}`, {
      headers: { "TMV1-Query": "dvchost:search-1" },
    });
    expect(((await answer.json()) as { items: unknown[] }).items.length).toBe(4);
    for (const query of ["mode=all", "startDateTime=x", "skipToken=WzEsMl0x"]) {
      expect((await hub.public("GET", `/v3.0/search/detections?${query}`)).status).toBe(400);
    }
    const bad = await hub.public("GET", "/v3.0/search/detections", {
      headers: { "TMV1-Query": "src:(" },
    });
    expect(bad.status).toBe(400);
  });

  test("the console's search: whole history, paging, total, words", async () => {
    const first = await hub.api("GET /hub/v1/detections", {
      query: { q: "dvchost:search-1", limit: 3 },
    });
    expect(first.items.map(({ src }) => src)).toEqual(["10.1.1.1", "10.1.1.2", "2001:db8::7"]);
    expect(first.total).toEqual({ value: 4, exact: true });
    const cursor = first.nextCursor ?? "";
    const second = await hub.api("GET /hub/v1/detections", {
      query: { q: "dvchost:search-1", limit: 3, cursor },
    });
    expect(second.items).toMatchObject([{ src: "10.1.1.4", product: { id: product.id } }]);
    expect(second.nextCursor).toBeUndefined();
    const wrong = hub.api("GET /hub/v1/detections", { query: { q: "(" } });
    await expect(wrong).rejects.toMatchObject({ status: 400 });
  });

  test("the overview counts arrivals", async () => {
    const overview = await hub.api("GET /hub/v1/overview");
    expect(overview.hourly.length).toBe(24);
    expect(overview.detections24h).toBeGreaterThanOrEqual(200);
    expect(overview.products.total).toBe(1);
  });
});
