import {
  type ErrorBody,
  type Profile,
  TAG,
  type TagCategory,
  type TagCategoryImport,
} from "@breakwater/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestSms, type TestSms } from "../test-sms.test-helper.ts";

const PATH = "/api/v1/reputation/tag-categories";
let sms: TestSms;
beforeAll(async () => {
  sms = await createTestSms();
});
afterAll(() => sms?.close());

const list = async () => (await sms.call<{ items: TagCategory[] }>("GET", PATH)).items;
const add = (body: object) => sms.call<TagCategory>("POST", PATH, body);
const put = (id: string, body: object) => sms.call<TagCategory>("PUT", `${PATH}/${id}`, body);
const refusal = async (method: string, path: string, body?: unknown) => {
  const answer = await sms.fetch(method, path, body);
  return { status: answer.status, ...(answer.body as ErrorBody).error };
};
const byName = async (name: string) => {
  const found = (await list()).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const tagged = (value: string, tags: object) =>
  sms.call("POST", "/api/v1/reputation/entries", { entries: [{ value, tags }] });

describe("predefined categories", () => {
  test("come first, with the values of their lists", async () => {
    const items = await list();
    expect(items.map(({ name, kind, values }) => [name, kind, values])).toEqual([
      ["Trend Micro Detection Category", "list", ["Suspicious Object", "C&C Callback Address"]],
      ["Trend Micro Publisher", "text", null],
      ["Trend Micro Source", "text", null],
      ["Trend Micro Suspicious Object Source", "list", ["UDSO", "VASO"]],
      ["Reputation Entries TTL", "date", null],
      ["Trend Micro Scan Action", "list", ["log", "block"]],
      ["Trend Micro Severity", "list", ["High", "Medium", "Low"]],
    ]);
    expect(items.map(({ otherValues }) => otherValues).filter(Boolean)).toHaveLength(1);
  });

  test("cannot be changed or deleted", async () => {
    const { id } = await byName("Trend Micro Severity");
    const changed = await refusal("PUT", `${PATH}/${id}`, { values: ["High"] });
    expect(changed).toMatchObject({ status: 409, details: [{ field: "id" }] });
    expect(await refusal("DELETE", `${PATH}/${id}`)).toMatchObject({ status: 409 });
  });
});

describe("a category of one's own", () => {
  test("of every kind is added, read, changed and deleted", async () => {
    const kinds = [
      { name: "T note", kind: "text" },
      { name: "T kind", kind: "list", values: ["a", "b"], several: true },
      { name: "T seen", kind: "date", description: "When" },
      { name: "T own", kind: "yes-no" },
      { name: "T score", kind: "number", min: -1, max: 9_007_199_254_740_991 },
    ];
    for (const given of kinds) {
      const added = await add(given);
      expect(added).toMatchObject({
        ...given,
        predefined: false,
        entries: { value: 0, exact: true },
      });
      expect(await sms.call("GET", `${PATH}/${added.id}`)).toEqual(added);
    }
    const { id } = await byName("T kind");
    const changed = await put(id, { name: "T kinds", values: ["b", "c"], description: "Some" });
    expect(changed).toMatchObject({ name: "T kinds", values: ["b", "c"], several: true });
    for (const { name } of (await list()).filter((one) => !one.predefined)) {
      await sms.call("DELETE", `${PATH}/${(await byName(name)).id}`);
    }
    expect((await list()).every((one) => one.predefined)).toBe(true);
    expect((await refusal("GET", `${PATH}/${id}`)).status).toBe(404);
  });

  test.each([
    [{ name: "trend micro severity", kind: "text" }, 409, "name"],
    [{ name: "X", kind: "list" }, 422, "values"],
    [{ name: "X", kind: "list", values: ["a", "A"] }, 422, "values.1"],
    [{ name: "X", kind: "text", values: ["a"] }, 422, "values"],
    [{ name: "X", kind: "date", several: true }, 422, "several"],
    [{ name: "X", kind: "number" }, 422, "min"],
    [{ name: "X", kind: "number", min: 1 }, 422, "max"],
    [{ name: "X", kind: "number", min: 2, max: 1 }, 422, "max"],
    [{ name: "X", kind: "text", max: 1 }, 422, "max"],
    [{ name: "X\nY", kind: "text" }, 422, "name"],
    [{ name: "X", kind: "list", values: ["\uFFFE"] }, 422, "values.0"],
    [{ name: " ", kind: "text" }, 400, "name"],
    [{ name: "X", kind: "colour" }, 400, "kind"],
  ])("%j is refused, naming the field", async (body, status, field) => {
    const answer = await refusal("POST", PATH, body);
    expect(answer.status).toBe(status);
    expect(answer.details?.[0]?.field).toContain(field);
  });
});

describe("a category in use", () => {
  test("keeps its name and the values that entries have, until they are gone", async () => {
    const { id } = await add({
      name: "Team",
      kind: "list",
      values: ["red", "blue"],
      several: true,
    });
    await tagged("192.0.2.1", { Team: ["red", "blue"] });
    expect((await byName("Team")).entries).toEqual({ value: 1, exact: true });
    const path = `${PATH}/${id}`;
    expect(await refusal("PUT", path, { name: "Crew" })).toMatchObject({ status: 409 });
    expect(await refusal("PUT", path, { values: ["red"] })).toMatchObject({
      status: 409,
      details: [{ field: "values", reason: expect.stringContaining("1 entry") }],
    });
    expect((await refusal("PUT", path, { several: false })).status).toBe(409);
    expect((await refusal("DELETE", path)).message).toContain("1 entry");
    expect((await put(id, { values: ["red", "blue", "green"] })).values).toHaveLength(3);
    expect((await put(id, { values: ["red", "blue"] })).values).toHaveLength(2);
  });

  test("keeps the numbers that entries have in its range", async () => {
    const { id } = await add({ name: "Score", kind: "number", min: 0, max: 100 });
    await tagged("192.0.2.2", { Score: 40 });
    expect((await refusal("PUT", `${PATH}/${id}`, { min: 41 })).status).toBe(409);
    expect((await refusal("PUT", `${PATH}/${id}`, { max: 39 })).status).toBe(409);
    expect(await put(id, { min: 40, max: 40 })).toMatchObject({ min: 40, max: 40 });
  });

  test("stays while the criteria of a filter test it", async () => {
    const { id } = await add({ name: "Ours", kind: "yes-no" });
    const { items } = await sms.call<{ items: Profile[] }>("GET", "/api/v1/profiles");
    const [profile] = items;
    if (profile === undefined) throw new Error("no profile");
    const [first, ...others] = profile.filters;
    if (first === undefined) throw new Error("no filter");
    const criteria = [{ op: "is", tag: "Ours", value: true }];
    const filters = [{ ...first, criteria }, ...others];
    const saving = `/api/v1/profiles/${profile.id}/reputation-filters`;
    await sms.call("PUT", saving, { version: profile.version, filters });
    const refused = await refusal("DELETE", `${PATH}/${id}`);
    expect(refused).toMatchObject({ status: 409 });
    expect(refused.message).toContain(`"${first.name}" of profile "${profile.name}"`);
    await sms.call("PUT", saving, { version: profile.version + 1, filters: profile.filters });
    await sms.call("DELETE", `${PATH}/${id}`);
  });
});

test("entries take what their categories take, as these spell it", async () => {
  const entries = [
    { value: "203.0.113.1", tags: { "TREND MICRO detection category": "suspicious object" } },
    { value: "203.0.113.2", tags: { "Trend Micro Suspicious Object Source": "Somebody" } },
    { value: "203.0.113.3", tags: { "Trend Micro Severity": "Critical" } },
    { value: "203.0.113.4", tags: { Anything: ["goes"] } },
  ];
  const { outcomes } = await sms.call<{
    outcomes: { outcome: string; id?: string; remedy?: string }[];
  }>("POST", "/api/v1/reputation/entries", { entries });
  const said = outcomes.map(({ outcome }) => outcome);
  expect(said).toEqual(["added", "rejected", "rejected", "added"]);
  expect(outcomes[1]?.remedy).toContain("Give UDSO, VASO");
  const entry = await sms.call("GET", `/api/v1/reputation/entries/${outcomes[0]?.id}`);
  expect(entry).toMatchObject({ tags: { "Trend Micro Detection Category": "Suspicious Object" } });
});

test("a filter is saved with warnings for what there is not, and refused for tests of a wrong kind", async () => {
  const { items } = await sms.call<{ items: Profile[] }>("GET", "/api/v1/profiles");
  const [profile] = items;
  const [first, ...others] = profile?.filters ?? [];
  if (profile === undefined || first === undefined) throw new Error("no filter");
  const path = `/api/v1/profiles/${profile.id}/reputation-filters`;
  const body = (criteria: unknown[]) => ({
    version: profile.version,
    filters: [...others, { ...first, criteria }],
  });
  const at = `filters.${others.length}.criteria.1`;
  const missing = { op: "has-tag", tag: "No such category" };
  const refused = await refusal(
    "PUT",
    path,
    body([missing, { op: "greater", tag: TAG.publisher, value: 5 }]),
  );
  expect(refused).toMatchObject({ status: 422, details: [{ field: at }] });
  expect(refused.details?.[0]?.remedy).toContain("is or contains");
  const severity = { op: "is", tag: "trend micro severity", value: "Critical" };
  const saved = await sms.call<Profile & { warnings: unknown[] }>(
    "PUT",
    path,
    body([missing, severity]),
  );
  expect(saved.warnings).toMatchObject([
    { value: "No such category" },
    { field: at, value: "Critical" },
  ]);
  expect(saved.filters.at(-1)?.criteria[1]).toEqual({ ...severity, tag: TAG.severity });
});

describe("files", () => {
  const importFile = (content: string, dryRun = false) =>
    sms.call<TagCategoryImport>("POST", `${PATH}/import`, { content, dryRun });
  const exported = async (format: string) =>
    (await sms.call<{ content: string }>("GET", `${PATH}/export?format=${format}`)).content;

  test.each(["xml", "json"])(
    "%s brings categories to another SMS, and again changes nothing",
    async (format) => {
      await add({
        name: `${format} <list> & "more"`,
        kind: "list",
        values: ["a, b", "ü & <c>", "]]>"],
        otherValues: true,
      });
      await add({ name: `${format} range`, kind: "number", min: -5, max: 5, description: "d & d" });
      const content = await exported(format);
      expect((await importFile(content)).unchanged).toHaveLength(
        (await list()).filter((one) => !one.predefined).length,
      );
      const other = await createTestSms();
      const before = (await list()).filter((one) => !one.predefined);
      const answer = await other.call<TagCategoryImport>("POST", `${PATH}/import`, { content });
      expect(answer.rejected).toEqual([]);
      const there = (await other.call<{ items: TagCategory[] }>("GET", PATH)).items;
      const strip = (one: TagCategory) => ({ ...one, id: "", entries: 0 });
      expect(there.filter((one) => !one.predefined).map(strip)).toEqual(before.map(strip));
      const again = await other.call<TagCategoryImport>("POST", `${PATH}/import`, { content });
      expect([again.added, again.changed, again.rejected]).toEqual([[], [], []]);
      const theirs = await other.call<{ content: string }>(
        "GET",
        `${PATH}/export?format=${format}`,
      );
      expect(theirs.content).toBe(content);
      await other.close();
    },
  );

  test("a dry run says what would happen; what cannot be taken is named, the rest is", async () => {
    await add({ name: "Kept", kind: "text" });
    const content = JSON.stringify({
      tagCategories: [
        { name: "Fresh", kind: "text" },
        { name: "kept", kind: "text", description: "new" },
        { name: "KEPT", kind: "text" },
        { name: "Ranged", kind: "number", min: 3, max: 1 },
        { name: "Trend Micro Severity", kind: "list", values: ["High"] },
        { name: "Odd", kind: "text", colour: "red" },
        { name: "Team", kind: "list", values: ["red"], several: true },
        { name: "Score", kind: "text" },
      ],
    });
    const dry = await importFile(content, true);
    expect(dry.added).toEqual(["Fresh"]);
    expect(dry.changed).toEqual(["Kept"]);
    const names = ["KEPT", "Ranged", "Trend Micro Severity", "Odd", "Team", "Score"];
    expect(dry.rejected.map(({ name }) => name)).toEqual(names);
    expect(dry.rejected.every(({ remedy }) => remedy.length > 5)).toBe(true);
    expect((await byName("Kept")).description).toBe("");
    expect(await importFile(content)).toEqual(dry);
    expect((await byName("Kept")).description).toBe("new");
    expect((await importFile(content)).unchanged).toEqual(["Fresh", "Kept"]);
  });

  test.each([
    ["<tagCategories><tagCategory", "unclosed tag"],
    ['<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><tagCategories/>', "document type"],
    ['<tagCategories><tagCategory name="&e;" type="text"/></tagCategories>', "entity"],
    ["<tagCategories><group/></tagCategories>", "<group> is not expected"],
    ["<tagCategories>text</tagCategories>", "text between"],
    ['<tagCategories><tagCategory name="x" colour="y"/></tagCategories>', '"colour"'],
    [`${"<tagCategories>".repeat(9)}`, "not expected"],
    ["<other/>", "not expected"],
    ["{", "neither XML nor JSON"],
    ['{"categories":[]}', "not of the form"],
    [
      `<tagCategories>${"<tagCategory name='x' type='text'/>".repeat(1001)}</tagCategories>`,
      "1001",
    ],
  ])("%j is refused as a whole", async (content, reason) => {
    const answer = await refusal("POST", `${PATH}/import`, { content });
    expect(answer.status).toBe(400);
    expect(answer.message).toContain(reason);
    expect(answer.details?.[0]?.remedy).toBeDefined();
  });

  test("XML says what it means by attributes, and a wrong one is named with its category", async () => {
    const content = `<tagCategories>
      <tagCategory name="A" type="numeric-range" min="1" max="many"/>
      <tagCategory name="B" type="colour"/>
      <tagCategory name="C" type="list" several="perhaps"><value>x</value></tagCategory>
      <tagCategory name="D" type="list" several="true"><value><![CDATA[x & y]]></value></tagCategory>
    </tagCategories>`;
    const answer = await importFile(content);
    expect(answer.rejected.map(({ name }) => name)).toEqual(["A", "B", "C"]);
    expect(await byName("D")).toMatchObject({ values: ["x & y"], several: true });
  });
});
