import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { DEFAULT_ACTION_SETS, type ReputationFilter } from "@breakwater/protocol";
import { checksumOf, EMPTY_CHECKSUM } from "@breakwater/reputation-set";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ensureSet, ensureSource, LiveSets, oneSet } from "../reputation/index.ts";
import { MULTIPART_TYPE, multipart, rawHttp } from "./raw-http.test-helper.ts";
import { startWebApi, type WebApiServer } from "./web-api.test-helper.ts";

let server: WebApiServer;
beforeAll(async () => {
  server = await startWebApi(false);
});
beforeEach(() => server.clear());
afterAll(() => server?.close());

const values = async () => (await server.entries()).map(({ value }) => value);
const importFile = (file: string, type = "ipv4") =>
  server.call(
    `POST /repEntries/import?type=${type}`,
    { "Content-Type": MULTIPART_TYPE },
    multipart("file", file),
  );
const addInConsole = (value: string) =>
  server.test.call("POST", "/api/v1/reputation/entries", { entries: [{ value }] });

test("what a client adds enters and leaves the sets of devices as any other entry", async () => {
  const { db } = server.test.database;
  const definition = { filters: [filterOfSource("Web API: Mail")], profile: null };
  const set = await ensureSet({ db, liveSets: new LiveSets() }, definition);
  const position = () => oneSet(db, set);
  await server.call("POST /repEntries/add?ip=192.0.2.1");
  await server.call("POST /repEntries/add?ip=192.0.2.2&TagData=Trend+Micro+Publisher,Mail");
  expect(await position()).toMatchObject({
    count: 1,
    checksum: checksumOf([{ type: "ipv4", value: "192.0.2.2", filter: 1 }]),
  });
  await server.call("POST /repEntries/delete?ip=192.0.2.2");
  expect(await position()).toMatchObject({ count: 0, checksum: EMPTY_CHECKSUM });
});

test("all kinds of address are entries of their type", async () => {
  for (const one of [
    "ip=192.0.2.1",
    "ip=198.51.100.0/24",
    "ip=2001:DB8::1",
    "ip=::ffff:192.0.2.9",
    "dns=Bad.Example",
    "dns=%5Bonly.example%5D",
    "url=http://bad.example/a?type=b",
    `sha1=${"a".repeat(40)}`,
  ]) {
    expect([one, (await server.call(`POST /repEntries/add?${one}`)).status]).toEqual([one, 200]);
    expect((await server.call(`POST /repEntries/query?${one}`)).status).toBe(200);
  }
  const found = (await server.entries()).map(({ type, value }) => `${type} ${value}`).toSorted();
  expect(found).toEqual([
    "cidr 198.51.100.0/24",
    "domain bad.example",
    "domain-exact only.example",
    "ipv4 192.0.2.1",
    "ipv4 192.0.2.9",
    "ipv6 2001:db8::1",
    `sha1 ${"a".repeat(40)}`,
    "url bad.example/a?type=b",
  ]);
});

test.each([
  ["add", /exactly one entry.*names 0/],
  ["add?ip=192.0.2.1&dns=a.example", /exactly one entry.*names 2/],
  ["add?ip=192.0.2.300", /ip "192.0.2.300" cannot be used/],
  ["add?ip=0.0.0.0/0", /covers every address/],
  ["add?ip=192.0.2.1&TagData=Trend+Micro+Severity", /pairs/],
  ["add?ip=192.0.2.1&TagData=Trend+Micro+Severity,Huge", /one of High, Medium, Low/],
  ["add?ip=192.0.2.1&TagData=A,%22open", /double quote is not closed/],
  ["add?ip=192.0.2.1&TagData=Reputation+Entries+TTL,2020-01-01", /lies in the past/],
  ["add?ip=192.0.2.1&TagData=A,1&TagData=B,2", /tagdata has 2 different values/],
  ["add?ip=192.0.2.1%00", /NUL/],
  ["query", /at least one entry/],
  ["delete", /Name the entries/],
  ["delete?criteria=most", /criteria is one of all, user, repdv, entry/],
  ["delete?criteria=all&ip=192.0.2.1", /more than the entries named/],
  ["import?type=ipv4", /multipart/],
])("/repEntries/%s is malformed, and says why", async (call, reason) => {
  const answer = await server.call(`POST /repEntries/${call}`);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatch(reason);
  expect(await values()).toEqual([]);
});

test("other operations and methods are refused", async () => {
  const unknown = await server.call("POST /repEntries/replace?ip=192.0.2.1");
  expect([unknown.status, unknown.body]).toEqual([404, expect.stringContaining("add, delete")]);
  expect((await server.call("GET /repEntries/import?type=ipv4")).status).toBe(400);
  expect((await server.call("HEAD /repEntries/add?ip=192.0.2.1")).status).toBe(400);
  expect(await values()).toEqual([]);
});

test("a query of several answers with those there are", async () => {
  await server.call("POST /repEntries/add?ip=192.0.2.1");
  await addInConsole("bad.example");
  const answer = await server.call(
    "POST /repEntries/query?ip=192.0.2.1&ip=192.0.2.2&dns=bad.example",
  );
  expect([answer.status, answer.body]).toEqual([200, "192.0.2.1\nbad.example\n"]);
});

test("an import takes what it can, and counts and logs the rest", async () => {
  const file = [
    "\uFEFF# addresses",
    '192.0.2.1,Trend Micro Severity,High,Note,"a, b"',
    "bad.example",
    "192.0.2.2,Trend Micro Severity",
    "",
    "192.0.2.3,Reputation Entries TTL,soon",
    '192.0.2.4,Note,"open',
    "2001:db8::1",
    "198.51.100.0/24,Trend Micro Publisher,Feed",
  ].join("\r\n");
  const answer = await importFile(file, "IPV4");
  expect([answer.status, answer.body]).toEqual([200, ""]);
  expect(answer.head).toMatch(/x-lines-accepted: 2\r\nx-lines-ignored: 5/);
  expect(await server.entries()).toMatchObject([
    { value: "192.0.2.1", sources: ["Web API"], tags: { Note: "a, b" } },
    { value: "198.51.100.0/24", sources: ["Web API: Feed"] },
  ]);
  const [line] = (await server.logged()).split("\n").filter((one) => one.includes("lines ignored"));
  const logged: unknown = JSON.parse(line ?? "{}");
  expect(logged).toMatchObject({ client: "client", accepted: 2, ignored: 5 });
  expect(logged).toMatchObject({
    first: [{ line: 3 }, { line: 4 }, { line: 6 }, { line: 7 }, { line: 8 }],
  });
  const record = (await server.audit()).at(-1);
  expect(record).toMatchObject({
    action: "web-api.import",
    actor: "client",
    object: "2 entries",
    after: { lines: 7, ignored: 5, changed: 2 },
  });
});

test("an import goes in as several transactions, and again changes nothing", async () => {
  const lines = Array.from({ length: 12_000 }, (_, at) => `10.1.${at >> 8}.${at & 255}`);
  expect((await importFile(lines.join("\n"))).status).toBe(200);
  expect(await values()).toHaveLength(12_000);
  expect((await importFile(lines.join("\n"))).head).toContain("x-lines-accepted: 12000");
  const records = (await server.audit()).filter(({ after }) => hasLines(after, 12_000));
  const changed = records.map(({ after }) => (after as { changed: number }).changed);
  expect(changed).toEqual([10_000, 2000, 0, 0]);
});

test("a file or list that is too large is refused whole", async () => {
  const ips = Array.from({ length: 2_001 }, (_, at) => `ip=10.2.${at >> 8}.${at & 255}`).join("&");
  const form = { "Content-Type": "application/x-www-form-urlencoded" };
  expect((await server.call("POST /repEntries/query", form, ips)).body).toContain("at most 2000");
  const tags = `ip=192.0.2.1&TagData=${"A,1,".repeat(10_000)}`;
  expect((await server.call("POST /repEntries/add", form, tags)).body).toContain("than 32768");
  const many = "192.0.2.1\n".repeat(200_001);
  expect((await importFile(many)).body).toContain("more than 200000 entries");
  const huge = `${"x".repeat(1_000)}\n`.repeat(17 * 1024);
  expect(await importFile(huge)).toMatchObject({ status: 400, body: /./ });
  expect((await importFile(huge)).body).toContain("larger than 16 MiB");
  expect(await values()).toEqual([]);
});

test("many calls at once are answered, and only so many files", async () => {
  const adds = Array.from({ length: 20 }, (_, at) => `POST /repEntries/add?ip=192.0.2.${at}`);
  const answers = await Promise.all(adds.map((line) => server.call(line)));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  const port = Number(new URL(server.test.sms.urls.web).port);
  const head = `POST /repEntries/import HTTP/1.1\r\nHost: a\r\nX-SMS-API-KEY: ${server.key}\r\nExpect: 100-continue\r\nContent-Length: 100000\r\n\r\n`;
  const uploads = Array.from({ length: 5 }, () => connect(port, "127.0.0.1"));
  const refused = Promise.race(uploads.map((socket) => untilAnswered(socket)));
  for (const socket of uploads) socket.write(head);
  expect(await refused).toMatch(/^HTTP\/1.1 500 [^]*retry-after: 5[^]*Try again/i);
  expect((await server.call("POST /repEntries/query?ip=192.0.2.1")).status).toBe(200);
  for (const socket of uploads) socket.destroy();
});

test("a client that leaves in the middle of a file changes nothing", async () => {
  const body = multipart("file", "192.0.2.1\n");
  const head = `POST /repEntries/import?type=ipv4 HTTP/1.1\r\nHost: a\r\nX-SMS-API-KEY: ${server.key}\r\nContent-Length: ${body.length + 10}\r\n\r\n`;
  const socket = connect(Number(new URL(server.test.sms.urls.web).port), "127.0.0.1");
  socket.end(head + body);
  // The server hangs up when it has seen the end.
  socket.resume();
  await once(socket, "close");
  expect((await server.call("POST /repEntries/query?ip=192.0.2.1")).status).toBe(204);
});

test("delete withdraws what clients and users gave, and leaves what a connection asserts", async () => {
  const fill = async () => {
    await server.call("POST /repEntries/add?ip=192.0.2.1");
    await server.call("POST /repEntries/add?ip=192.0.2.2&TagData=Trend+Micro+Publisher,Mail");
    await addInConsole("192.0.2.3");
    await assertFromElsewhere("192.0.2.1");
  };
  await fill();
  expect((await server.call("GET /repEntries/delete?criteria=repdv")).status).toBe(200);
  expect(await values()).toHaveLength(3);
  expect((await server.call("GET /repEntries/delete?criteria=user")).status).toBe(200);
  expect(await server.entries()).toMatchObject([{ value: "192.0.2.1", sources: ["A hub"] }]);
  await fill();
  expect((await server.call("GET /repEntries/delete?criteria=ALL")).status).toBe(200);
  expect(await values()).toEqual(["192.0.2.1"]);
  await fill();
  const entry = "delete?ip=192.0.2.1&ip=192.0.2.2&ip=192.0.2.3&ip=192.0.2.4&criteria=entry";
  expect((await server.call(`POST /repEntries/${entry}`)).status).toBe(200);
  expect(await server.entries()).toMatchObject([{ value: "192.0.2.1", sources: ["A hub"] }]);
});

test("every change is in the audit log, under the client's name", async () => {
  await server.call("GET /repEntries/add?ip=192.0.2.77");
  await server.call("GET /repEntries/delete?ip=192.0.2.77");
  const records = (await server.audit()).slice(-2);
  expect(records).toMatchObject([
    { action: "web-api.add", object: "192.0.2.77", actor: "client", after: { source: "Web API" } },
    { action: "web-api.delete", object: "192.0.2.77", actor: "client", after: { changed: 1 } },
  ]);
});

test("parameters that no server can decode are refused before anything else", async () => {
  const answer = await rawHttp(
    server.test.sms.urls.web,
    `POST /repEntries/add?ip=%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
  expect(answer.status).toBe(400);
});

/** Settles with the final answer's text. */
function untilAnswered(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8").replace("HTTP/1.1 100 Continue\r\n\r\n", "");
      if (text.includes("\r\n\r\n")) resolve(text);
    });
  });
}

function hasLines(after: unknown, lines: number): boolean {
  return typeof after === "object" && after !== null && "lines" in after && after.lines === lines;
}

function filterOfSource(source: string): ReputationFilter {
  return {
    number: 1,
    name: "mail",
    state: "enabled",
    locked: false,
    actionSet: DEFAULT_ACTION_SETS[0],
    types: { ipv4: true, ipv6: true, dns: true, url: true, fileHash: true },
    untaggedEntries: true,
    taggedEntries: true,
    criteria: [{ op: "source-is", value: source }],
  };
}

/** As a connection's sync would. */
async function assertFromElsewhere(value: string): Promise<void> {
  const { db } = server.test.database;
  const id = await ensureSource(db, "A hub", "connection");
  await sql`update reputation_entry set sources = sources || ${id}::integer,
    assertions = assertions || jsonb_build_object('s', ${id}::integer, 't', 0)
    where value = ${value} and not ${id} = any(sources)`.execute(db);
}
