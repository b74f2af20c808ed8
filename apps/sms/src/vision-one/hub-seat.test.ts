import { silentLog } from "@breakwater/platform";
import type { Connection, Entry } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { FakeHub } from "../fake-hub.test-helper.ts";
import { type Sms, startSms } from "../start-sms.ts";
import { createTestSms, type TestSms } from "../test-sms.test-helper.ts";

let hub: FakeHub;
let first: TestSms;
let second: Sms;

beforeAll(async () => {
  hub = await FakeHub.start();
  first = await createTestSms();
  const { dataDir, database } = first;
  second = await startSms(
    { dataDir, databaseUrl: database.url, web: { port: 0 }, devices: { port: 0 } },
    { log: silentLog() },
  );
});
afterAll(async () => {
  await second?.close();
  await first?.close();
  await hub?.stop();
});

/** At the process whose console is at `web`. */
async function call<T>(web: string, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(new URL(path, web), {
    method,
    headers: { authorization: `Bearer ${await key()}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.status >= 300) throw new Error(`${answer.status} ${text}`);
  return JSON.parse(text);
}

let made: Promise<string> | undefined;
function key(): Promise<string> {
  made ??= first
    .call<{ value: string }>("POST", "/auth/v1/api-keys", { name: "two", role: "superuser" })
    .then(({ value }) => value);
  return made;
}

const connection = (web: string) => call<Connection>(web, "GET", "/api/v1/vision-one");
const connected = (web: string) =>
  vi.waitFor(async () => expect((await connection(web)).state).toBe("connected"), 20_000);

test("a command at either process is carried out, and one of them holds the connection", async () => {
  const [one, other] = [first.sms.urls.web, second.urls.web];
  await call(other, "POST", "/api/v1/vision-one/connect", { token: hub.createToken() });
  await connected(other);
  const elsewhere = await connection(one);
  expect(elsewhere).toMatchObject({ onboarded: true, state: "connecting" });
  expect(elsewhere.summary).toContain("Another process of this SMS holds the connection");

  const { settings } = elsewhere;
  await call(one, "PUT", "/api/v1/vision-one/settings", settings);
  await connected(one);
  expect((await connection(other)).summary).toContain("Another process");
});

test("when the holder ends, another goes on with the same identity", async () => {
  const other = second.urls.web;
  await first.sms.close();
  await connected(other);
  hub.set({ value: "192.0.2.9" });
  await vi.waitFor(async () => {
    const { items } = await call<{ items: Entry[] }>(other, "GET", "/api/v1/reputation/entries");
    expect(items.map(({ value }) => value)).toEqual(["192.0.2.9"]);
  }, 20_000);
});
