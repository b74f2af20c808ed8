import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type IdentityStore, openIdentityStore } from "@breakwater/pki";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { FakeSms } from "../test/fake-sms.test-helper.ts";
import { type EnrolOptions, enrolLater, ensureIdentity } from "./enrol.ts";

let sms: FakeSms;
let directory: string;
let store: IdentityStore;
beforeAll(async () => {
  sms = await FakeSms.start();
});
afterAll(() => sms?.close());
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "bw-enrol-"));
  store = await openIdentityStore(directory);
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function options(token: string | undefined, onWait: () => Promise<void>) {
  const troubles: (string | undefined)[] = [];
  const { signal } = new AbortController();
  const given: EnrolOptions = {
    store,
    token,
    now: Date.now,
    signal,
    sleep: onWait,
    onTrouble: (message) => troubles.push(message),
  };
  return { given, troubles };
}
const never = () => Promise.reject(new Error("nothing to wait for"));

test("while the SMS is away the device says so and goes on trying, then enrols", async () => {
  await sms.down();
  let waits = 0;
  const { given, troubles } = options(sms.token(), async () => {
    waits += 1;
    if (waits === 3) await sms.up();
  });
  expect(await ensureIdentity(given)).toBe("unreachable");
  expect(store.current()).toBeUndefined();
  expect(await enrolLater(given)).toBe(true);
  expect(store.current()?.meta.url).toBe(sms.url);
  expect(troubles).toEqual([
    expect.stringMatching(/waits for the SMS: The server cannot be reached/),
    expect.stringMatching(/cannot be reached.*Check address/),
    expect.stringMatching(/cannot be reached.*Check address/),
    undefined,
  ]);
});

test("a token that expired meanwhile ends the trying, with what to do", async () => {
  await sms.down();
  const { given, troubles } = options(sms.token(), async () => sms.up());
  expect(await ensureIdentity(given)).toBe("unreachable");
  const late = { ...given, now: () => Date.now() + 7_200_000 };
  expect(await enrolLater(late)).toBe(false);
  expect(troubles.at(-1)).toMatch(/has expired.*Create a new enrollment token/);
  expect(store.current()).toBeUndefined();
});

test("no token, an expired and a used one are refused at once, and leave nothing", async () => {
  await expect(ensureIdentity(options(undefined, never).given)).rejects.toThrow(/--token/);
  const expired = options(sms.token(-1000), never).given;
  await expect(ensureIdentity(expired)).rejects.toThrow(/expired.*Create a new/);
  expect(store.current()).toBeUndefined();

  const token = sms.token();
  expect(await ensureIdentity(options(token, never).given)).toBe("enrolled");
  const elsewhere = await openIdentityStore(join(directory, "elsewhere"));
  const again = { ...options(token, never).given, store: elsewhere };
  await expect(ensureIdentity(again)).rejects.toThrow(/already used.*Create a new/);
  expect(elsewhere.current()).toBeUndefined();
});
