import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { enrollWithToken } from "../client/enroll-with-token.ts";
import { createEstTransport } from "../client/est-transport.ts";
import { openIdentityStore } from "../client/identity-store.ts";
import { renewIdentity } from "../client/renew-identity.ts";
import { startEstServer } from "../est-server.test-helper.ts";
import { temporaryDirectory } from "../temporary-directory.test-helper.ts";
import { startRenewal } from "./renewal-runner.ts";
import type { RenewalEffect } from "./renewal-step.ts";

const DAY = 86_400_000;

test("an identity is renewed over real TLS when it is due; failures are reported and tried again", async () => {
  const server = await startEstServer();
  const directory = await temporaryDirectory();
  const store = await openIdentityStore(directory);
  const transport = createEstTransport();
  const { token } = server.token();
  const first = await enrollWithToken({ token, kind: "device", store, transport, now: Date.now });
  let ahead = 0;
  let isDown = true;
  const failures: unknown[] = [];
  const effects: RenewalEffect[] = [];
  const clockFile = join(directory, "clock.json");
  const runner = await startRenewal({
    store,
    renew: () =>
      isDown
        ? Promise.reject(new Error("down"))
        : renewIdentity({ store, transport, now: Date.now }),
    now: () => Date.now() + ahead,
    random: () => 0,
    clockFile,
    onEffect: (effect) => effects.push(effect),
    onFailure: (error) => failures.push(error),
  });
  await runner.tick();
  expect(runner.state()?.failures).toBe(0);
  ahead = 352 * DAY;
  await runner.tick();
  expect(failures).toEqual([new Error("down")]);
  expect(effects).toMatchObject([{ kind: "alarm", level: "14-days" }]);
  isDown = false;
  ahead += DAY;
  await runner.tick();
  expect(store.current()?.meta.fingerprint).not.toBe(first.meta.fingerprint);
  expect(effects.at(-1)).toEqual({ kind: "alarm-cleared" });
  runner.noteServerTime(1_900_000_000_000);
  await runner.tick();
  expect(JSON.parse(await readFile(clockFile, "utf8"))).toEqual({ serverTime: 1_900_000_000_000 });
  await runner.stop();
  await server.close();
});

test("an identity that is given up while it is renewed is not renewed any more", async () => {
  const server = await startEstServer();
  const directory = await temporaryDirectory();
  const store = await openIdentityStore(directory);
  const { token } = server.token();
  const transport = createEstTransport();
  await enrollWithToken({ token, kind: "device", store, transport, now: Date.now });
  let attempts = 0;
  const runner = await startRenewal({
    store,
    renew: async () => {
      attempts += 1;
      await store.clear();
      throw new Error("no identity");
    },
    now: () => Date.now() + 360 * DAY,
    random: () => 0,
    clockFile: join(directory, "clock.json"),
    onEffect: () => undefined,
    onFailure: () => undefined,
  });
  await runner.stop();
  expect([attempts, runner.state()]).toEqual([1, undefined]);
  await server.close();
});

test("a disk that takes no clock file is reported and does not end the caller", async () => {
  const directory = await temporaryDirectory();
  const server = await startEstServer();
  const store = await openIdentityStore(directory);
  const { token } = server.token();
  const transport = createEstTransport();
  await enrollWithToken({ token, kind: "device", store, transport, now: Date.now });
  const failures: unknown[] = [];
  const runner = await startRenewal({
    store,
    renew: () => Promise.reject(new Error("not due")),
    now: Date.now,
    random: () => 0,
    clockFile: join(directory, "not", "there", "clock.json"),
    onEffect: () => undefined,
    onFailure: (error) => failures.push(error),
  });
  runner.noteServerTime(Date.now());
  await runner.tick();
  expect(failures).toMatchObject([{ code: "ENOENT" }]);
  await runner.stop();
  await server.close();
});
