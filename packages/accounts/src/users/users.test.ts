import { accountsApi, PERMISSIONS, permissionsOfRole } from "@breakwater/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Browser,
  newUser,
  PASSWORD,
  startServer,
  type TestServer,
} from "../server.test-helper.ts";

let server: TestServer;
let superuser: Browser;
beforeAll(async () => {
  server = await startServer();
  superuser = await server.superuser();
});
afterAll(() => server.close());

const create = (browser: Browser, name: string, role: string) =>
  browser.send("POST /auth/v1/users", { name, password: "first password of mine", role });

it("lets nobody in who is not logged in", async () => {
  const answers = await Promise.all(
    Object.keys(accountsApi)
      .filter((key) => key !== "POST /auth/v1/session")
      .map((key) => server.browser().send(key.replaceAll(/\{\w+\}/g, "x"))),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
});

it("checks the permission of every endpoint", async () => {
  const { browser } = await newUser(server, superuser, "looker", "operator");
  const may = new Set<string>(permissionsOfRole("operator"));
  const open = new Set(["public", "signed-in"]);
  const refused = Object.entries(accountsApi).filter(
    ([, { permission }]) => !may.has(permission) && !open.has(permission),
  );
  const answers = await Promise.all(
    refused.map(([key]) => browser.send(key.replaceAll(/\{\w+\}/g, "x"))),
  );
  expect(refused.length).toBeGreaterThan(8);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
});

describe("creating a user", () => {
  it("answers with the user, never with the password", async () => {
    const { status, body } = await create(superuser, "Anna Müller", "operator");
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: "Anna Müller", role: "operator", mustChangePassword: true });
    expect(JSON.stringify(body)).not.toContain("password of mine");
  });

  it.each([
    ["anna müller", "operator", 409, "already"],
    ["x", "emperor", 400, "Choose one of operator, administrator, superuser"],
    ["line\nbreak", "operator", 400, "is not a name"],
    ["nul\0", "operator", 400, "is not a name"],
    ["", "operator", 400, "name"],
  ])("%j as %s gets %i", async (name, role, status, text) => {
    const answer = await create(superuser, name, role);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(text);
  });
});

describe("a change of a user", () => {
  it("applies at once: sessions end, rights are those of the new role", async () => {
    const { id, browser } = await newUser(server, superuser, "changed", "superuser");
    expect((await browser.send("GET /auth/v1/users")).status).toBe(200);
    await superuser.send(`PATCH /auth/v1/users/${id}`, { role: "operator" });
    expect((await browser.send("GET /auth/v1/users")).status).toBe(401);
    await browser.logIn("changed", PASSWORD);
    expect((await browser.send("GET /auth/v1/users")).status).toBe(403);
  });

  it("locks a disabled user out", async () => {
    const { id, browser } = await newUser(server, superuser, "disabled", "operator");
    await superuser.send(`PATCH /auth/v1/users/${id}`, { enabled: false });
    expect((await browser.send("GET /auth/v1/session")).status).toBe(401);
    expect((await browser.logIn("disabled", PASSWORD)).status).toBe(401);
  });

  it("makes a reset password a first one again", async () => {
    const { id, browser } = await newUser(server, superuser, "reset", "operator");
    const answer = await superuser.send(`PATCH /auth/v1/users/${id}`, {
      password: "some new phrase",
    });
    expect(answer.body).toMatchObject({ mustChangePassword: true });
    expect((await browser.logIn("reset", PASSWORD)).status).toBe(401);
    expect((await browser.logIn("reset", "some new phrase")).status).toBe(200);
  });

  it("removes a deleted user and the sessions", async () => {
    const { id, browser } = await newUser(server, superuser, "deleted", "operator");
    expect((await superuser.send(`DELETE /auth/v1/users/${id}`)).status).toBe(204);
    expect((await browser.send("GET /auth/v1/session")).status).toBe(401);
    expect((await superuser.send(`DELETE /auth/v1/users/${id}`)).status).toBe(404);
    expect((await superuser.send("DELETE /auth/v1/users/no-uuid")).status).toBe(404);
  });
});

describe("rights cannot be raised", () => {
  let manager: Browser;
  let superuserId: string;

  beforeAll(async () => {
    const permissions = ["users:read", "users:write", "events:read"];
    await superuser.send("PUT /auth/v1/roles/people", { permissions });
    manager = (await newUser(server, superuser, "manager", "people")).browser;
    const me = (await superuser.send("GET /auth/v1/session")).body as { user: { id: string } };
    superuserId = me.user.id;
  });

  it("by making a user with a higher role", async () => {
    const answer = await create(manager, "higher", "superuser");
    expect(answer.status).toBe(403);
    expect(JSON.stringify(answer.body)).toContain("audit:read");
    expect((await create(manager, "lower", "people")).status).toBe(201);
  });

  it.each([
    ["PATCH", { password: "taken over by me" }],
    ["PATCH", { enabled: false }],
    ["PATCH", { role: "people" }],
    ["DELETE", undefined],
  ])("by %s of a user with a higher role: %j", async (method, body) => {
    expect((await manager.send(`${method} /auth/v1/users/${superuserId}`, body)).status).toBe(403);
  });

  it("by widening one's own role", async () => {
    const permissions = [...PERMISSIONS];
    expect((await manager.send("PUT /auth/v1/roles/people", { permissions })).status).toBe(403);
    expect((await manager.send("PUT /auth/v1/roles/other", { permissions })).status).toBe(403);
  });

  it("by changing a built-in role", async () => {
    const answer = await superuser.send("PUT /auth/v1/roles/operator", { permissions: [] });
    expect(answer.status).toBe(400);
  });

  it("and a narrower role narrows everybody who has it at once", async () => {
    expect((await manager.send("GET /auth/v1/users")).status).toBe(200);
    await superuser.send("PUT /auth/v1/roles/people", { permissions: ["events:read"] });
    expect((await manager.send("GET /auth/v1/users")).status).toBe(403);
  });
});

describe("the last user who can manage users", () => {
  it("cannot be disabled, lowered or deleted, not even by two at once", async () => {
    const alone = await startServer();
    const admin = await alone.superuser();
    const second = await newUser(alone, admin, "second", "superuser");
    const me = (await admin.send("GET /auth/v1/session")).body as { user: { id: string } };
    const [one, two] = await Promise.all([
      admin.send(`PATCH /auth/v1/users/${second.id}`, { role: "operator" }),
      second.browser.send(`PATCH /auth/v1/users/${me.user.id}`, { enabled: false }),
    ]);
    expect([one.status, two.status].filter((status) => status === 200)).toHaveLength(1);
    const left = one.status === 200 ? admin : second.browser;
    const leftId = one.status === 200 ? me.user.id : second.id;
    expect((await left.send(`DELETE /auth/v1/users/${leftId}`)).status).toBe(409);
    expect((await left.send(`PATCH /auth/v1/users/${leftId}`, { enabled: false })).status).toBe(
      409,
    );
    await alone.close();
  });
});
