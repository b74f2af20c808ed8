import type {
  Device,
  EnrollmentToken,
  Entry,
  ErrorBody,
  FilterPreview,
  Overview,
  Profile,
} from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SimulatedAgent } from "./simulated-agent.test-helper.ts";
import { createTestSms, type TestSms } from "./test-sms.test-helper.ts";

let sms: TestSms;

beforeAll(async () => {
  sms = await createTestSms();
});
afterAll(() => sms?.close());

type Page = { items: Entry[]; nextCursor?: string; total: { value: number; exact: boolean } };
const search = (query: string) => sms.call<Page>("GET", `/api/v1/reputation/entries?${query}`);
const add = (entries: unknown[]) => sms.call("POST", "/api/v1/reputation/entries", { entries });
const refusal = async (method: string, path: string, body?: unknown) => {
  const answer = await sms.fetch(method, path, body);
  return { status: answer.status, ...(answer.body as ErrorBody).error };
};
const profile = async () => {
  const [one] = (await sms.call<{ items: Profile[] }>("GET", "/api/v1/profiles")).items;
  if (one === undefined) throw new Error("no profile");
  return one;
};

test("the overview of an empty installation says what to do next", async () => {
  const overview = await sms.call<Overview>("GET", "/api/v1/overview");
  expect(overview.setup.map((step) => step.done)).toEqual([false, false, false]);
  expect(overview.events.hourly).toHaveLength(24);
  expect(overview.attention).toEqual([]);
});

test("entries are found exactly, by prefix, by substring and by every field, in pages", async () => {
  await add([
    ...Array.from({ length: 7 }, (_, n) => ({ value: `198.51.100.${n}`, severity: "High" })),
    { value: "under_score.example", severity: "Low" },
    { value: "evil.example/Path/A%20b", type: "url" },
  ]);
  const all = await search("limit=4");
  expect(all).toMatchObject({ total: { value: 9, exact: true } });
  const rest = await search(`limit=500&cursor=${all.nextCursor}`);
  expect(all.items.length + rest.items.length).toBe(9);
  expect(new Set([...all.items, ...rest.items].map((one) => one.id)).size).toBe(9);
  for (const [query, count] of [
    ["q=198.51.100.3", 1],
    ["q=19", 7],
    ["q=198.51.100.", 7],
    ["q=198.51.100.0/29", 7],
    ["q=EVIL.example%2Fpath", 1],
    ["q=hxxp%3A%2F%2Fevil[.]example", 1],
    ["q=r_s", 1],
    ["q=r%25s", 0],
    ["q=type%3Aurl", 1],
    ["q=severity%3ALow", 1],
    ["q=source%3ALocal", 9],
    ["q=source%3ANobody", 0],
    ["q=state%3Ano-device", 9],
    ["q=state%3Ain-force", 0],
  ] as const) {
    expect([query, (await search(query)).items.length]).toEqual([query, count]);
  }
});

test("an entry's states follow its device; deletion by list counts", async () => {
  const agent = await SimulatedAgent.enroll(await sms.createToken());
  const lines = agent.stream();
  const { position } = await lines.next("hello");
  if (position === null) throw new Error("no set");
  expect((await search("q=state%3Apending&limit=500")).items).toHaveLength(9);
  const exception = {
    type: "ipv4",
    value: "198.51.100.0",
    state: "rejected",
    reason: "No.",
  } as const;
  await agent.report({ position, inForce: 8, exceptions: [exception], notInForce: 1 });
  expect((await search("q=state%3Afailed")).items.map((one) => one.value)).toEqual([
    "198.51.100.0",
  ]);
  expect((await search("q=state%3Ain-force&limit=3")).items).toHaveLength(3);
  const first = await search("q=state%3Ain-force&limit=3");
  const second = await search(`q=state%3Ain-force&limit=500&cursor=${first.nextCursor}`);
  expect(second.items).toHaveLength(5);
  const ids = first.items.map((one) => one.id);
  expect(await sms.call("POST", "/api/v1/reputation/entries/delete", { ids })).toEqual({
    deleted: 3,
    keptByOtherSources: 0,
  });
  lines.close();
  await agent.close();
});

test("a device is renamed; its tokens are listed with their state", async () => {
  const { items } = await sms.call<{ items: Device[] }>("GET", "/api/v1/devices");
  const [device] = items;
  const renamed = await sms.call<Device>("PATCH", `/api/v1/devices/${device?.id}`, {
    name: "Gate",
  });
  expect(renamed.name).toBe("Gate");
  const token = await sms.createToken();
  expect(token).toMatch(/^bw1_/);
  const list = () =>
    sms.call<{ items: EnrollmentToken[] }>("GET", "/api/v1/device-enrollment-tokens");
  const [fresh, used] = (await list()).items;
  expect([fresh?.state, used?.state, used?.usedBy]).toEqual(["unused", "used", "Gate"]);
  await sms.call("DELETE", `/api/v1/device-enrollment-tokens/${fresh?.id}`);
  expect((await list()).items[0]?.state).toBe("revoked");
  await expect(SimulatedAgent.enroll(token)).rejects.toThrow("withdrawn");
  expect((await refusal("DELETE", `/api/v1/device-enrollment-tokens/${used?.id}`)).status).toBe(
    409,
  );
});

test("filters are checked, previewed and saved; rules are refused with line and reason", async () => {
  const { id, version, filters } = await profile();
  const path = `/api/v1/profiles/${id}`;
  const twice = [...filters, { ...filters[0], name: "Other" }];
  expect(
    await refusal("PUT", `${path}/reputation-filters`, { version, filters: twice }),
  ).toMatchObject({
    status: 422,
    details: [{ field: "filters.2.number" }],
  });
  const saved = await sms.call<Profile>("PUT", `${path}/reputation-filters`, {
    version,
    filters: filters.toReversed(),
  });
  expect(saved).toMatchObject({ version: version + 1, changed: true });
  expect(saved.filters.map((filter) => filter.number)).toEqual([2, 1]);
  const criteria = [{ op: "is", tag: "Trend Micro Severity", value: "high" }];
  const filter = { criteria, untaggedEntries: false, taggedEntries: true };
  const preview = await sms.call<FilterPreview>("POST", "/api/v1/profiles/preview", filter);
  expect(preview.matches).toEqual({ value: 6, exact: true });
  expect(preview.examples.map(({ value }) => value)).toContain("198.51.100.0");
  const rules =
    'alert tcp any any -> any any (msg:"a"; sid:1;)\nalert tcp any any -> any any (msg:"b"; lua:x.lua; sid:2;)';
  const answer = await refusal("PUT", `${path}/custom-rules`, { version: saved.version, rules });
  expect(answer).toMatchObject({ status: 422, details: [{ field: "rules.line.2" }] });
  expect(answer.message).toContain("lua");
  const overview = await sms.call<Overview>("GET", "/api/v1/overview");
  expect(overview.pendingChanges).toEqual([{ profile: "Default", path: "/profiles" }]);
});

test.each([
  ["GET", "/api/v1/reputation/entries?cursor=abc", undefined, 400],
  ["GET", "/api/v1/reputation/entries?q=%00", undefined, 400],
  ["GET", "/api/v1/reputation/entries/99999999999999999999", undefined, 400],
  ["GET", "/api/v1/reputation/entries/999999999", undefined, 404],
  ["DELETE", "/api/v1/reputation/entries/999999999", undefined, 404],
  ["POST", "/api/v1/reputation/entries", { entries: [] }, 400],
  ["POST", "/api/v1/reputation/entries", { entries: [{ value: "a.example", colour: 1 }] }, 400],
  ["GET", "/api/v1/events?cursor=1", undefined, 400],
  ["GET", "/api/v1/events/none", undefined, 404],
  ["GET", "/api/v1/devices/00000000-0000-4000-8000-000000000000", undefined, 404],
  ["GET", "/api/v1/distributions/00000000-0000-4000-8000-000000000000", undefined, 404],
  ["POST", "/api/v1/distributions", { profile: "00000000-0000-4000-8000-000000000000" }, 404],
])("%s %s is refused clearly", async (method, path, body, status) => {
  const answer = await refusal(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.message.length).toBeGreaterThan(10);
});

test("a body of two megabytes is refused", async () => {
  const answer = await refusal("POST", "/api/v1/reputation/entries", { x: "y".repeat(2_000_000) });
  expect(answer).toMatchObject({ status: 413, code: "PayloadTooLarge" });
});
