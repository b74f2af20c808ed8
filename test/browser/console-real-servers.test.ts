import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startTestHub, type TestHub } from "../../apps/hub/src/test-hub.test-helper.ts";
import { createTestSms, type TestSms } from "../../apps/sms/src/test-sms.test-helper.ts";
import { violations } from "./accessibility.ts";
import { walkByKeyboard } from "./keyboard-journey.ts";
import { openBrowser, openPage } from "./open-browser.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const built = (product: "sms" | "hub") =>
  fileURLToPath(new URL(`../../apps/console/dist/${product}`, import.meta.url));
const password = "a password of my own";
let hub: TestHub;
let sms: TestSms;
let browser: Browser;

beforeAll(async () => {
  [hub, sms, browser] = await Promise.all([
    startTestHub({ consoleRoot: built("hub") }),
    createTestSms({}, { consoleRoot: built("sms") }),
    openBrowser(),
  ]);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([hub.close(), sms.close()]);
});

it("the keyboard journey works on a real SMS that connects to a real hub", async () => {
  const administrator = firstAdministrator(sms.sms.firstAdministrator);
  const { page, problems } = await openPage(browser, { baseUrl: sms.sms.urls.web });
  await walkByKeyboard(page, {
    user: administrator.name,
    firstPassword: administrator.password,
    password,
    token: await hub.createToken("browser"),
    object: "203.0.113.77",
  });
  for (const path of [
    "/",
    "/events",
    "/profiles",
    "/devices",
    "/exceptions",
    "/held",
    "/import",
    "/tag-categories",
    "/jobs",
    "/vision-one",
    "/users",
    "/api-keys",
    "/audit",
  ]) {
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page
      .getByRole("status", { name: /^Loading/ })
      .first()
      .waitFor({ state: "detached" });
    expect(await page.getByText(/^Could not load/).count()).toBe(0);
  }
  expect(await violations(page)).toEqual([]);
  expect(problems()).toEqual([]);
});

it("the hub's console shows the manager, takes an object, and the manager gets it", async () => {
  const administrator = firstAdministrator(hub.firstAdministrator);
  const { page, problems } = await openPage(browser, { baseUrl: hub.urls.web });
  await page.goto("/products");
  await page.getByLabel("User name").fill(administrator.name);
  await page.getByLabel("Password").fill(administrator.password);
  await page.keyboard.press("Enter");
  await page.getByLabel("Current password").fill(administrator.password);
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByLabel("New password again").fill(password);
  await page.keyboard.press("Enter");
  await page.getByRole("row").getByText("True", { exact: true }).waitFor();
  await page.goto("/suspicious-objects?add=evil.example");
  await page.getByRole("button", { name: "Add 1 object" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("row").filter({ hasText: "evil.example" }).getByText("1 of 1").waitFor();
  expect(await violations(page)).toEqual([]);
  expect(problems()).toEqual([]);
});

function firstAdministrator(given: { name: string; password: string } | null) {
  if (given === null) throw new Error("a new server makes a first administrator");
  return given;
}
