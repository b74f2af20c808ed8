import { afterAll, beforeAll, expect, test } from "vitest";
import { basic, PASSWORD, startWebApi, type WebApiServer } from "./web-api.test-helper.ts";

let server: WebApiServer;
let open: WebApiServer;
beforeAll(async () => {
  server = await startWebApi(false);
  open = await startWebApi(true);
  await server.addUser("client", ["web-services"]);
  await server.addUser("reader", ["reputation:read", "reputation:write"]);
  await open.addUser("client", ["web-services"]);
});
afterAll(async () => {
  await server?.close();
  await open?.close();
});

const QUERY = "GET /repEntries/query?ip=192.0.2.1";
const USER = `smsuser=client&smspass=${encodeURIComponent(PASSWORD)}`;

test("HTTP Basic, and an API key in the form of a UUID in any case", async () => {
  expect(server.key).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect((await server.send(QUERY, basic("client"))).status).toBe(204);
  expect((await server.send(QUERY, { "x-sms-api-key": server.key.toUpperCase() })).status).toBe(
    204,
  );
});

test("who is nobody, or has a wrong key or password, is refused without telling which users exist", async () => {
  const strangers = await Promise.all([
    server.send(QUERY),
    server.send(QUERY, { "X-SMS-API-KEY": "8e1b3f0a-0000-4000-8000-000000000000" }),
    server.send(QUERY, basic("client", "wrong")),
    server.send(QUERY, basic("nobody")),
    server.send(QUERY, { Authorization: "Basic !" }),
    server.send(QUERY, { Authorization: `Bearer ${server.key}` }),
  ]);
  for (const { status, head } of strangers) {
    expect(status).toBe(401);
    expect(head).toContain('www-authenticate: Basic realm="SMS web API"');
  }
  expect(strangers[2]?.body).toBe(strangers[3]?.body);
});

test("a key that is disabled stops at once", async () => {
  const { key, value } = await server.test.call<{ key: { id: string }; value: string }>(
    "POST",
    "/auth/v1/api-keys",
    { name: "other", role: "superuser", form: "uuid" },
  );
  expect((await server.send(QUERY, { "X-SMS-API-KEY": value })).status).toBe(204);
  await server.test.call("PATCH", `/auth/v1/api-keys/${key.id}`, { enabled: false });
  expect((await server.send(QUERY, { "X-SMS-API-KEY": value })).status).toBe(401);
});

test("a role without the capability is named what it lacks, whatever else it may do", async () => {
  const answer = await server.send("GET /repEntries/add?ip=192.0.2.1", basic("reader"));
  expect(answer.status).toBe(403);
  expect(answer.body).toContain("Access SMS Web Services");
  expect((await server.call(QUERY)).status).toBe(204);
});

test("credentials in the address are refused by default, with the setting to change", async () => {
  for (const line of [`${QUERY}&${USER}`, `GET /repEntries/query&ip=192.0.2.1&${USER}`]) {
    const answer = await server.send(line);
    expect(answer.status).toBe(401);
    expect(answer.body).toContain("--web-api-query-credentials on");
    expect(answer.body).not.toContain(PASSWORD);
  }
  expect((await server.send(`${QUERY}&${USER}`, basic("client"))).status).toBe(204);
});

test("credentials in the address work where they are switched on (Cofense)", async () => {
  const line = `GET /repEntries/add?${USER}&ip=192.0.2.5&TagData=Cofense,yes`;
  expect((await open.send(line)).status).toBe(200);
  expect(await open.entries()).toMatchObject([{ value: "192.0.2.5" }]);
  const wrong = await open.send(`${QUERY}&smsuser=client&smspass=wrong`);
  expect(wrong.status).toBe(401);
});

test("pages of other sites cannot make a browser call", async () => {
  for (const header of [{ "Sec-Fetch-Site": "cross-site" }, { Origin: "https://evil.example" }]) {
    expect((await server.send(QUERY, { ...basic("client"), ...header })).status).toBe(403);
  }
});

test("no secret reaches the log or the audit log, whatever becomes of the request", async () => {
  const guess = "gu3ss-of-mine";
  const bearer = { Authorization: "Bearer no-such-key-0000000000000000000000000" };
  const path = `smsuser=client&smspass=${guess}`;
  await open.send(`GET /repEntries/add?ip=nonsense&${USER}`);
  await open.send(`GET /repEntries/nothing&${path}`);
  await open.send(`GET /repEntries&${path}`, bearer);
  await open.send(`GET ///repEntries/add&${path}`);
  await open.send(QUERY, { "X-SMS-API-KEY": `${guess}-key` });
  await open.send(QUERY, basic("client", guess));
  // A database that fails in the middle of a call is the worst that is logged.
  await open.test.database.pool.query("alter table reputation_entry rename to away");
  const failed = await open.send(`GET /repEntries/add?ip=192.0.2.8&${USER}`);
  const failedByKey = await open.call("POST /repEntries/query&ip=192.0.2.8");
  await open.test.database.pool.query("alter table account rename to away_too");
  const early = await open.send(`GET /repEntries/query&ip=192.0.2.8&${path}`);
  await open.test.database.pool.query("alter table away_too rename to account");
  await open.test.database.pool.query("alter table away rename to reputation_entry");
  expect([failed.status, failedByKey.status, early.status]).toEqual([500, 500, 500]);
  const log = await open.logged();
  expect(log).toContain("web API call failed");
  const audit = JSON.stringify(await open.audit());
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), "s3cret", guess, open.key]) {
    expect(log).not.toContain(secret);
    expect(audit).not.toContain(secret);
  }
});
