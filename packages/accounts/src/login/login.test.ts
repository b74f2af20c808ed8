import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PASSWORD, startServer, type TestServer } from "../server.test-helper.ts";
import { ensureFirstAdministrator, resetPassword } from "../users/first-administrator.ts";

const MINUTE = 60_000;
let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

describe("the first run", () => {
  it("makes one administrator, however many processes start", async () => {
    const made = await Promise.all([1, 2, 3].map(() => ensureFirstAdministrator(server.accounts)));
    expect(made.filter((credentials) => credentials !== null)).toHaveLength(1);
    expect(await ensureFirstAdministrator(server.accounts)).toBeNull();
  });

  it("opens nothing but the change of the password", async () => {
    const first = await ensureFirstAdministrator(server.accounts);
    const browser = server.browser();
    const login = await browser.logIn("admin", first?.password ?? "");
    expect(login.body).toMatchObject({ mustChangePassword: true, user: { role: "superuser" } });
    expect((await browser.send("GET /auth/v1/users")).status).toBe(403);
    const change = { current: first?.password, next: PASSWORD };
    expect((await browser.send("PUT /auth/v1/session/password", change)).status).toBe(204);
    expect((await browser.send("GET /auth/v1/users")).status).toBe(200);
    expect((await server.browser().logIn("admin", first?.password ?? "")).status).toBe(401);
  });

  it("gives whoever has the machine a new password", async () => {
    await server.superuser();
    const { password } = await resetPassword(server.accounts, "Admin");
    expect((await server.browser().logIn("admin", PASSWORD)).status).toBe(401);
    expect((await server.browser().logIn("admin", password)).status).toBe(200);
  });
});

describe("a login", () => {
  it("says the same of a wrong name and a wrong password, and of a name no database takes", async () => {
    await server.superuser();
    const answers = await Promise.all([
      server.browser().logIn("admin", "wrong"),
      server.browser().logIn("nobody", PASSWORD),
      server.browser().logIn("ad\0min", "wrong"),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect(body).toMatchObject({ error: { message: "Name or password is wrong." } });
    }
  });

  it("sets a cookie that scripts and other sites cannot use, with a new value each time", async () => {
    await server.superuser();
    const browser = server.browser();
    const first = await browser.logIn("admin", PASSWORD);
    expect(first.headers["set-cookie"]).toMatch(
      /^breakwater=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
    const before = browser.cookie;
    await browser.logIn("admin", PASSWORD);
    expect(browser.cookie).not.toBe(before);
    // The old one is closed, not left behind.
    expect(
      (await browser.send("GET /auth/v1/session", undefined, { cookie: before ?? "" })).status,
    ).toBe(401);
  });

  it("ties the cookie to the host when there is TLS", async () => {
    const secure = await startServer(true);
    const browser = await secure.superuser();
    expect(browser.cookie).toMatch(/^__Host-breakwater=/);
    const login = await browser.logIn("admin", PASSWORD);
    expect(login.headers["set-cookie"]).toMatch(/; Secure$/);
    await secure.close();
  });

  it("ends with the log-out", async () => {
    const browser = await server.superuser();
    const cookie = browser.cookie ?? "";
    expect((await browser.send("DELETE /auth/v1/session")).status).toBe(204);
    expect(
      (await server.browser().send("GET /auth/v1/session", undefined, { cookie })).status,
    ).toBe(401);
  });
});

describe("a session", () => {
  it("ends after 30 idle minutes", async () => {
    const browser = await server.superuser();
    for (let n = 0; n < 3; n++) {
      server.pass(29 * MINUTE);
      expect((await browser.send("GET /auth/v1/session")).status).toBe(200);
    }
    server.pass(30 * MINUTE);
    expect((await browser.send("GET /auth/v1/session")).status).toBe(401);
  });

  it("ends after 12 hours, however busy", async () => {
    const browser = await server.superuser();
    for (let n = 0; n < 35; n++) {
      server.pass(20 * MINUTE);
      await browser.send("GET /auth/v1/session");
    }
    expect((await browser.send("GET /auth/v1/session")).status).toBe(200);
    server.pass(20 * MINUTE);
    expect((await browser.send("GET /auth/v1/session")).status).toBe(401);
  });

  it("can be listed and ended", async () => {
    const own = await server.superuser();
    const other = server.browser("198.51.100.7");
    await other.logIn("admin", PASSWORD);
    const { items } = (await own.send("GET /auth/v1/sessions")).body as {
      items: { id: string; current: boolean; source: string }[];
    };
    expect(items.map(({ current, source }) => `${source} ${current}`).toSorted()).toEqual([
      "192.0.2.1 true",
      "198.51.100.7 false",
    ]);
    const target = items.find(({ current }) => !current)?.id;
    expect((await own.send(`DELETE /auth/v1/sessions/${target}`)).status).toBe(204);
    expect((await other.send("GET /auth/v1/session")).status).toBe(401);
    expect((await own.send("DELETE /auth/v1/sessions/not-an-id")).status).toBe(404);
  });

  it("is not kept in clear", async () => {
    const browser = await server.superuser();
    const token = browser.cookie?.split("=")[1] ?? "";
    const { rows } = await server.test.pool.query("select session::text as row from session");
    expect(token).toHaveLength(43);
    expect(JSON.stringify(rows)).not.toContain(token);
    const hex = Buffer.from(token, "base64url").toString("hex");
    expect(JSON.stringify(rows)).not.toContain(hex);
  });

  it("is replaced, and the others end, when the password is changed", async () => {
    const own = await server.superuser();
    const other = server.browser();
    await other.logIn("admin", PASSWORD);
    const before = own.cookie;
    const change = { current: PASSWORD, next: "another long phrase" };
    expect((await own.send("PUT /auth/v1/session/password", change)).status).toBe(204);
    expect(own.cookie).not.toBe(before);
    expect((await own.send("GET /auth/v1/session")).status).toBe(200);
    expect((await other.send("GET /auth/v1/session")).status).toBe(401);
  });
});

describe("a new password", () => {
  it.each([
    [PASSWORD, "is the old password"],
    ["my name is admin!", "contains the user name"],
    ["aaaaaaaabbbb", "fewer than five different characters"],
    ["123456789012", "is a sequence"],
    ["short", "at least 12 characters"],
  ])("%s: %s", async (next, reason) => {
    const browser = await server.superuser();
    const answer = await browser.send("PUT /auth/v1/session/password", { current: PASSWORD, next });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(reason);
  });

  it("needs the current one", async () => {
    const browser = await server.superuser();
    const change = { current: "wrong", next: "another long phrase" };
    const answer = await browser.send("PUT /auth/v1/session/password", change);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain("is not your password");
  });
});

describe("failed logins", () => {
  it("make the next ones wait, longer and longer, and never lock out", async () => {
    await server.superuser();
    const attacker = server.browser("203.0.113.9");
    const waits: unknown[] = [];
    for (let n = 0; n < 14; n++) {
      const answer = await attacker.logIn("admin", "wrong");
      if (answer.status === 429) {
        waits.push(Number(answer.headers["retry-after"]));
        server.pass(Number(answer.headers["retry-after"]) * 1_000);
        n--;
      }
      if (waits.length >= 8) break;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect((await server.browser().logIn("admin", PASSWORD)).status).toBe(200);
    expect((await attacker.logIn("admin", "wrong")).status).toBe(401);
  });

  it("make even the right password wait", async () => {
    await server.superuser();
    const browser = server.browser();
    for (let n = 0; n < 6; n++) await browser.logIn("admin", "wrong");
    expect((await browser.logIn("admin", PASSWORD)).status).toBe(429);
  });

  it("are counted for names that do not exist as well", async () => {
    const browser = server.browser();
    const statuses: number[] = [];
    for (let n = 0; n < 7; n++) statuses.push((await browser.logIn("nobody", "x")).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429]);
  });

  it("cannot slip through all at once", async () => {
    await server.superuser();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.browser().logIn("admin", "wrong")),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(6);
  });

  it("count for the source, whatever names it tries", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 23; n++) {
      // One network, many addresses.
      const browser = server.browser(`2001:db8:1:2::${n}`);
      statuses.push((await browser.logIn(`name ${n}`, "x")).status);
    }
    expect(statuses.slice(0, 21).every((status) => status === 401)).toBe(true);
    expect(statuses.slice(21)).toEqual([429, 429]);
    expect((await server.browser("2001:db8:1:3::1").logIn("name", "x")).status).toBe(401);
  });
});
