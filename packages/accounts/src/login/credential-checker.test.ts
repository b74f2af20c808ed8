import { afterEach, beforeEach, expect, it } from "vitest";
import { newUser, PASSWORD, startServer, type TestServer } from "../server.test-helper.ts";
import { CredentialChecker } from "./credential-checker.ts";

const right = { name: "Client", password: PASSWORD, source: "192.0.2.7" };
let server: TestServer;
let checker: CredentialChecker;
let id: string;
let change: (body: object) => Promise<unknown>;

beforeEach(async () => {
  server = await startServer();
  checker = new CredentialChecker(server.accounts);
  const superuser = await server.superuser();
  ({ id } = await newUser(server, superuser, "client", "operator"));
  change = (body) => superuser.send(`PATCH /auth/v1/users/${id}`, body);
});
afterEach(() => server.close());

it("gives the user with the rights of now, and refuses a wrong name or password", async () => {
  const seen = await checker.check(right);
  expect(seen).toMatchObject({ principal: { kind: "user", id, name: "client", via: "api" } });
  await change({ role: "superuser" });
  const again = await checker.check(right);
  expect(again.kind === "accepted" && again.principal.permissions.has("web-services")).toBe(true);
  expect(await checker.check({ ...right, password: "wrong" })).toEqual({ kind: "refused" });
  expect(await checker.check({ ...right, name: "no\0body" })).toEqual({ kind: "refused" });
});

it("lets many equal requests at once pass as one, however often they come", async () => {
  const checks = await Promise.all(Array.from({ length: 30 }, () => checker.check(right)));
  expect(checks.every(({ kind }) => kind === "accepted")).toBe(true);
});

it("makes nobody wait for another who read the clock a moment later", async () => {
  await checker.check({ ...right, name: "somebody else" });
  server.pass(-1);
  expect((await checker.check(right)).kind).toBe("accepted");
});

it("forgets what it knew when the password is changed or the user is disabled", async () => {
  expect((await checker.check(right)).kind).toBe("accepted");
  await change({ enabled: false });
  expect((await checker.check(right)).kind).toBe("refused");
  await change({ enabled: true, password: "another long phrase" });
  expect((await checker.check(right)).kind).toBe("refused");
  const next = await checker.check({ ...right, password: "another long phrase" });
  expect(next).toMatchObject({ kind: "accepted", principal: { restricted: true } });
});

it("makes guessing wait, and leaves those alone who are known", async () => {
  expect((await checker.check(right)).kind).toBe("accepted");
  for (let guess = 0; guess < 7; guess++) {
    await checker.check({ ...right, password: `guess ${guess}`, source: "192.0.2.8" });
  }
  const guess = await checker.check({ ...right, password: "one more", source: "192.0.2.8" });
  expect(guess.kind).toBe("throttled");
  expect((await checker.check(right)).kind).toBe("accepted");
});
