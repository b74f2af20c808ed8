import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import type { ImportOptions, Job, NewImport } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestSms, type TestSms } from "../test-sms.test-helper.ts";

let sms: TestSms;

beforeAll(async () => {
  sms = await createTestSms();
});
afterAll(() => sms?.close());

const SAMPLES = new URL("../../../../packages/indicators/samples/", import.meta.url);

const NO_DEFAULTS = { severity: null, scanAction: null, tags: {}, expires: null, type: null };

async function upload(body: string | Buffer, name = "list.csv") {
  const { body: answer, status } = await sms.upload(`/api/v1/imports?name=${name}`, body);
  if (status !== 201) throw new Error(JSON.stringify(answer));
  return answer as NewImport;
}

function optionsOf({ preview }: NewImport, changes: Partial<ImportOptions> = {}): ImportOptions {
  const { format, delimiter, header, columns } = preview;
  return {
    source: "My list",
    format,
    mapping: {
      delimiter: delimiter as ",",
      header,
      columns: columns.map(({ use }) => use),
    },
    defaults: NO_DEFAULTS,
    mode: "add",
    ...changes,
  };
}

async function ended(job: Job): Promise<Job> {
  return vi.waitFor(
    async () => {
      const now = await sms.call<Job>("GET", `/api/v1/jobs/${job.id}`);
      expect(["succeeded", "failed", "cancelled"]).toContain(now.state);
      return now;
    },
    { timeout: 60_000, interval: 50 },
  );
}

async function run(uploaded: NewImport, changes: Partial<ImportOptions> = {}): Promise<Job> {
  const path = `/api/v1/imports/${uploaded.id}/start`;
  return ended(await sms.call<Job>("POST", path, optionsOf(uploaded, changes)));
}

async function valuesOf(source: string): Promise<string[]> {
  const { rows } = await sms.database.pool.query<{ value: string }>(
    `select e.value from reputation_entry e join reputation_source s on s.id = any(e.sources)
      where s.name = $1 order by e.value`,
    [source],
  );
  return rows.map(({ value }) => value);
}

test("a table is read as it seems to be laid out, imported, and what was not taken is explained", async () => {
  const table = [
    "indicator,risk,note",
    "198.51.100.1,High,first",
    "hxxp://Bad[.]Example/A,low,second",
    "what is this,High,third",
    "198.51.100.1,High,again",
  ].join("\n");
  const uploaded = await upload(table);
  expect(uploaded.preview.columns.map(({ use }) => use)).toEqual([
    "value",
    "severity",
    "description",
  ]);
  expect(uploaded.preview.rows.map(({ line, outcome, value }) => [line, outcome, value])).toEqual([
    [2, "indicator", "198.51.100.1"],
    [3, "indicator", "bad.example/A"],
    [4, "rejected", "what is this"],
    [5, "indicator", "198.51.100.1"],
  ]);
  const job = await run(uploaded, { source: "Table" });
  expect(job.state).toBe("succeeded");
  expect(job.result).toMatchObject({ read: 4, added: 2, changed: 1, rejected: 1 });
  expect(await valuesOf("Table")).toEqual(["198.51.100.1", "bad.example/A"]);
  const { items } = await sms.call<{ items: { line: number; value: string; reason: string }[] }>(
    "GET",
    `/api/v1/jobs/${job.id}/rejections`,
  );
  expect(items).toMatchObject([{ line: 4, value: "what is this" }]);
  expect(items[0]?.reason).not.toBe("");
});

test("replacing withdraws what the new file does not have, and re-issues nothing else", async () => {
  await run(await upload("192.0.2.1\n192.0.2.2\n192.0.2.3\n"), { source: "Weekly" });
  await run(await upload("192.0.2.3\n"), { source: "Other" });
  const { rows: before } = await sms.database.pool.query<{ revision: string }>(
    "select revision from reputation_entry where value = '192.0.2.2'",
  );
  const job = await run(await upload("192.0.2.2\n192.0.2.4\n"), {
    source: "Weekly",
    mode: "replace",
  });
  expect(job.result).toMatchObject({ added: 1, unchanged: 1, withdrawn: 2 });
  expect(await valuesOf("Weekly")).toEqual(["192.0.2.2", "192.0.2.4"]);
  expect(await valuesOf("Other")).toEqual(["192.0.2.3"]);
  const { rows: after } = await sms.database.pool.query<{ revision: string }>(
    "select revision from reputation_entry where value = '192.0.2.2'",
  );
  expect(after).toEqual(before);
});

test.each([
  ["qakbotmalware.json.gz", "stix"],
  ["mozi.misp-event.json.gz", "misp"],
])("%s is imported, and everything in it is accounted for", async (name, format) => {
  const file = gunzipSync(await readFile(new URL(name, SAMPLES)));
  const uploaded = await upload(file, name);
  expect(uploaded.preview.format).toBe(format);
  const job = await run(uploaded, { source: name });
  expect(job.state).toBe("succeeded");
  const result = job.result as Record<string, number>;
  const taken = ["added", "changed", "unchanged", "held", "rejected"].map(
    (one) => result[one] ?? 0,
  );
  expect(taken.reduce((sum, n) => sum + n, 0)).toBe(result["read"]);
  expect((await valuesOf(name)).length).toBe((result["added"] ?? 0) + (result["held"] ?? 0));
  expect(result["added"]).toBeGreaterThan(0);
});

test("defaults stand in for what a list does not say", async () => {
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  await run(await upload("host.example\n"), {
    source: "Defaults",
    defaults: {
      severity: "High",
      scanAction: "block",
      tags: { Team: "red" },
      expires,
      type: "domain-exact",
    },
  });
  const { rows } = await sms.database.pool.query(
    "select type, severity, scan_action, tags, expires from reputation_entry where value = 'host.example'",
  );
  expect(rows).toEqual([
    {
      type: "domain-exact",
      severity: "High",
      scan_action: "block",
      tags: { Team: "red" },
      expires: new Date(expires),
    },
  ]);
});

test.each<[string, (uploaded: NewImport) => Partial<ImportOptions>, string]>([
  [
    "two columns with the value",
    ({ preview }) => ({
      format: "csv",
      mapping: { delimiter: ",", header: false, columns: ["value", "value"] },
      source: preview.format,
    }),
    "value",
  ],
  ["a source of another kind", () => ({ source: "Local hub" }), "another kind"],
])("%s is refused before anything is changed", async (_, changes, words) => {
  await sms.database.pool.query(
    "insert into reputation_source (name, kind) values ('Local hub', 'connection') on conflict do nothing",
  );
  const uploaded = await upload("192.0.2.77,192.0.2.78\n");
  const answer = await sms.fetch(
    "POST",
    `/api/v1/imports/${uploaded.id}/start`,
    optionsOf(uploaded, changes(uploaded)),
  );
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain(words);
  expect((await sms.fetch("DELETE", `/api/v1/imports/${uploaded.id}`)).status).toBe(204);
  expect((await sms.fetch("DELETE", `/api/v1/imports/${uploaded.id}`)).status).toBe(404);
});

test("a tag that does not fit its category is rejected with its line, and with the defaults at once", async () => {
  await sms.call("POST", "/api/v1/reputation/tag-categories", {
    name: "Score",
    kind: "number",
    description: "",
    min: 0,
    max: 100,
  });
  const table = "value,Score\n192.0.2.90,50\n192.0.2.91,500\n";
  const uploaded = await upload(table);
  const mapping = {
    delimiter: "," as const,
    header: true,
    columns: ["value" as const, { tag: "Score" }],
  };
  const job = await run(uploaded, { source: "Scores", mapping });
  expect(job.result).toMatchObject({ added: 1, rejected: 1 });
  const again = await upload(table);
  const options = optionsOf(again, {
    source: "Scores",
    mapping,
    defaults: { ...NO_DEFAULTS, tags: { Score: 500 } },
  });
  const answer = await sms.fetch("POST", `/api/v1/imports/${again.id}/start`, options);
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain("Score");
});

test("an empty file is refused", async () => {
  expect((await sms.upload("/api/v1/imports", "")).status).toBe(400);
});
