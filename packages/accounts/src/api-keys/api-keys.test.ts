import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Browser,
  newUser,
  SYSTEM,
  startServer,
  type TestServer,
} from "../server.test-helper.ts";
import { createApiKeyValue, isWellFormed } from "./api-key-value.ts";
import { addMonths, importApiKey } from "./create-api-key.ts";

let server: TestServer;
let superuser: Browser;
beforeAll(async () => {
  server = await startServer();
  superuser = await server.superuser();
});
afterAll(() => server.close());

type Created = { key: { id: string }; value: string };
async function create(role: string, more: object = {}): Promise<Created> {
  const answer = await superuser.send("POST /auth/v1/api-keys", { name: "key", role, ...more });
  return answer.body;
}
const call = (value: string, key = "GET /auth/v1/users") =>
  server.browser().send(key, undefined, { authorization: `Bearer ${value}` });

describe("an API key", () => {
  it("has a value of a form that scanners find and typos do not pass", async () => {
    const { value } = await create("superuser");
    expect(value).toMatch(/^bwk_[0-9a-z]{8}_[\w-]{43}_[0-9a-f]{8}$/);
    const typo = value.replace(/.(?=_[0-9a-f]{8}$)/, (c) => (c === "A" ? "B" : "A"));
    expect((await call(value)).status).toBe(200);
    expect((await call(typo)).status).toBe(401);
  });

  it("has the form of a UUID when a client takes nothing else", async () => {
    const { value } = await create("superuser", { form: "uuid" });
    expect(value).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await call(value)).status).toBe(200);
  });

  it("is not kept in clear, and listed without its value", async () => {
    const { value } = await create("operator");
    const { rows } = await server.test.pool.query("select api_key::text as row from api_key");
    const listed = await superuser.send("GET /auth/v1/api-keys");
    const secret = value.split("_").slice(2, -1).join("_");
    expect(JSON.stringify([rows, listed.body])).not.toContain(secret);
  });

  it("may do what its role may, without origin or cookie", async () => {
    const { value } = await create("operator");
    expect((await call(value)).status).toBe(403);
    const session = await call(value, "GET /auth/v1/session");
    expect(session.body).toMatchObject({ user: { name: "key", role: "operator" } });
    const { value: strong } = await create("superuser");
    const answer = await server.app.fastify.inject({
      method: "PUT",
      url: "/auth/v1/roles/by-key",
      headers: { authorization: `Bearer ${strong}` },
      payload: { permissions: [] },
    });
    expect(answer.statusCode).toBe(200);
  });

  it("stops when it is disabled or deleted, and works again when enabled", async () => {
    const { key, value } = await create("superuser");
    const path = `/auth/v1/api-keys/${key.id}`;
    await superuser.send(`PATCH ${path}`, { enabled: false });
    expect((await call(value)).status).toBe(401);
    await superuser.send(`PATCH ${path}`, { enabled: true });
    expect((await call(value)).status).toBe(200);
    expect((await superuser.send(`DELETE ${path}`)).status).toBe(204);
    expect((await call(value)).status).toBe(401);
    expect((await superuser.send(`DELETE ${path}`)).status).toBe(404);
  });

  it("shows when it was last used", async () => {
    const { key, value } = await create("superuser");
    await call(value);
    const { items } = (await superuser.send("GET /auth/v1/api-keys")).body as {
      items: { id: string; lastUsed: string | null }[];
    };
    expect(items.find(({ id }) => id === key.id)?.lastUsed).toBe("2026-03-01T12:00:00.000Z");
  });

  it("has no password", async () => {
    const { value } = await create("superuser");
    const body = { current: "x", next: "a new long phrase" };
    const headers = { authorization: `Bearer ${value}` };
    const answer = await server.browser().send("PUT /auth/v1/session/password", body, headers);
    expect(answer.status).toBe(403);
  });

  it("is never above who makes or governs it", async () => {
    const { browser } = await newUser(server, superuser, "keeper", "administrator");
    const strong = await create("superuser");
    const making = await browser.send("POST /auth/v1/api-keys", { name: "k", role: "superuser" });
    const enabling = await browser.send(`PATCH /auth/v1/api-keys/${strong.key.id}`, {
      enabled: true,
    });
    expect([making.status, enabling.status]).toEqual([403, 403]);
    const lower = await browser.send("POST /auth/v1/api-keys", { name: "k", role: "operator" });
    expect(lower.status).toBe(201);
  });

  it("that was issued elsewhere is accepted in whatever form it has", async () => {
    const value = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.opaque.for-us";
    const input = { name: "old token", description: "", monthsToExpiration: 12 };
    await importApiKey(server.accounts, SYSTEM, { ...input, role: "operator", value }).catch(
      () => null,
    );
    const grantor = { ...SYSTEM, permissions: new Set((await permissions()).permissions) };
    await importApiKey(server.accounts, grantor, { ...input, role: "operator", value });
    expect((await call(value, "GET /auth/v1/session")).status).toBe(200);
    const short = { ...input, role: "operator", value: "short" };
    await expect(importApiKey(server.accounts, grantor, short)).rejects.toThrow(/is no API key/);
  });

  it("expires", async () => {
    const { value } = await create("superuser", { monthsToExpiration: 1 });
    const { value: forever } = await create("superuser", { monthsToExpiration: 0 });
    server.pass(31 * 24 * 60 * 60_000 - 1);
    expect((await call(value)).status).toBe(200);
    server.pass(1);
    expect((await call(value)).status).toBe(401);
    expect((await call(forever)).status).toBe(200);
  });
});

async function permissions() {
  const session = await superuser.send("GET /auth/v1/session");
  return session.body as { permissions: never[] };
}

it("tells a wrong check sum from a right one", () => {
  const { value } = createApiKeyValue();
  expect(isWellFormed(value)).toBe(true);
  expect(isWellFormed(`${value}0`)).toBe(false);
  expect(isWellFormed("bwk_")).toBe(false);
});

it.each([
  ["2026-01-31T10:00:00Z", 1, "2026-02-28T10:00:00Z"],
  ["2024-01-31T10:00:00Z", 1, "2024-02-29T10:00:00Z"],
  ["2026-11-30T10:00:00Z", 3, "2027-02-28T10:00:00Z"],
  ["2026-03-15T10:00:00Z", 12, "2027-03-15T10:00:00Z"],
])("%s and %i months is %s", (from, months, to) => {
  expect(addMonths(new Date(from), months)).toEqual(new Date(to));
});
