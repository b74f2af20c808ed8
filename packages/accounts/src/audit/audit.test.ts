import { transaction } from "@breakwater/postgres";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newUser, PASSWORD, SYSTEM, startServer, type TestServer } from "../server.test-helper.ts";
import { appendAudit } from "./append-audit.ts";
import { canonicalJson } from "./canonical-json.ts";
import { verifyAudit } from "./verify-audit.ts";

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

const at = new Date("2026-03-01T12:00:00Z");
const append = (object: string, before?: unknown, after?: unknown) =>
  transaction(server.test.db, (tx) =>
    appendAudit(tx, { ...SYSTEM.actor, at, action: "test", object, before, after }),
  );
const verify = () => verifyAudit(server.test.db);

/** What somebody with the database's own password could do. */
async function tamper(statement: string): Promise<void> {
  await server.test.pool.query("alter table audit_record disable trigger all");
  await server.test.pool.query(statement);
  await server.test.pool.query("alter table audit_record enable trigger all");
}

type Page = { items: Record<string, unknown>[]; nextCursor?: string; total: object };

describe("the audit log", () => {
  it("tells who did what to what, with before and after and without secrets", async () => {
    const admin = await server.superuser();
    const { id } = await newUser(server, admin, "anna", "operator");
    await admin.send(`PATCH /auth/v1/users/${id}`, { role: "administrator" });
    await admin.send("POST /auth/v1/api-keys", { name: "robot", role: "operator" });
    await server.browser().logIn("anna", "wrong");
    const { items } = (await admin.send("GET /auth/v1/audit?limit=100")).body as Page;
    expect(items.map(({ actor, action, object }) => [actor, action, object])).toEqual([
      ["nobody", "session.login-failed", "anna"],
      ["admin", "api-key.create", "robot"],
      ["admin", "user.change", "anna"],
      ["anna", "user.change-password", "anna"],
      ["anna", "session.login", "anna"],
      ["admin", "user.create", "anna"],
      ["admin", "user.change-password", "admin"],
      ["admin", "session.login", "admin"],
      ["system", "user.create", "admin"],
    ]);
    expect(items[2]).toMatchObject({
      via: "console",
      source: "192.0.2.1",
      before: { name: "anna", role: "operator", enabled: true },
      after: { name: "anna", role: "administrator", enabled: true },
    });
    expect(JSON.stringify(items)).not.toContain(PASSWORD);
    expect((await admin.send("GET /auth/v1/audit/verification")).body).toEqual({
      ok: true,
      records: 9,
      firstBroken: null,
    });
  });

  it("has no record of a change that was rolled back", async () => {
    const admin = await server.superuser();
    const { records } = await verify();
    const me = (await admin.send("GET /auth/v1/session")).body as { user: { id: string } };
    expect((await admin.send(`DELETE /auth/v1/users/${me.user.id}`)).status).toBe(409);
    expect((await verify()).records).toBe(records);
  });

  it("is paged by cursor and filtered", async () => {
    const admin = await server.superuser();
    for (let n = 0; n < 5; n++) await append(`thing ${n}`);
    const seen: unknown[] = [];
    let cursor = "";
    do {
      const path = `GET /auth/v1/audit?action=test&limit=2${cursor}`;
      const page = (await admin.send(path)).body as Page;
      expect(page.total).toEqual({ value: 5, exact: true });
      seen.push(...page.items.map(({ object }) => object));
      cursor = page.nextCursor === undefined ? "" : `&cursor=${page.nextCursor}`;
    } while (cursor !== "");
    expect(seen).toEqual(["thing 4", "thing 3", "thing 2", "thing 1", "thing 0"]);
    const byActor = (await admin.send("GET /auth/v1/audit?actor=admin")).body as Page;
    expect(byActor.items).toHaveLength(2);
    expect((await admin.send("GET /auth/v1/audit?cursor=x")).status).toBe(400);
  });
});

describe("the chain", () => {
  it("holds when many append at once", async () => {
    await Promise.all(Array.from({ length: 40 }, (_, n) => append(`thing ${n}`)));
    expect(await verify()).toEqual({ ok: true, records: 40, firstBroken: null });
  });

  it("holds for any value", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.jsonValue(), async (object, value) => {
        await append(object, value, { value });
      }),
      { numRuns: 50 },
    );
    await append("half \uD800 pair", { text: "half \uDC00 and zero \0" });
    expect(await verify()).toMatchObject({ ok: true });
  });

  it("cannot be changed by the application", async () => {
    await append("thing");
    for (const statement of [
      "update audit_record set actor = 'x'",
      "delete from audit_record",
      "truncate audit_record",
    ]) {
      await expect(server.test.pool.query(statement)).rejects.toThrow(/append-only/);
    }
  });

  it.each([
    ["update audit_record set actor = 'somebody' where id = 3", 3],
    ["update audit_record set at = at + interval '1 ms' where id = 2", 2],
    [`update audit_record set after = '{"a":2}' where id = 4`, 4],
    ["delete from audit_record where id = 3", 3],
    ["delete from audit_record where id > 4", 5],
    ["delete from audit_record", 1],
    ["update audit_record set hash = (select hash from audit_record where id = 1) where id = 2", 2],
  ])("shows %s", async (statement, firstBroken) => {
    for (let n = 1; n <= 5; n++) await append(`thing ${n}`, undefined, { a: 1 });
    expect((await verify()).ok).toBe(true);
    await tamper(statement);
    expect(await verify()).toMatchObject({ ok: false, firstBroken });
  });
});

it("writes equal values alike, in whatever order they were built", () => {
  const one = { b: [{ y: 1, x: null }], a: "1" };
  const two = { a: "1", b: [{ x: null, y: 1 }] };
  expect(canonicalJson(one)).toBe(canonicalJson(two));
  expect(canonicalJson(one)).toBe('{"a":"1","b":[{"x":null,"y":1}]}');
});
