import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PASSWORD } from "../../apps/console/src/mock-api/accounts-state.ts";
import type { MockServer } from "../../apps/console/src/mock-api/mock-server.ts";
import { violations } from "./accessibility.ts";
import { startConsole } from "./console-server.ts";
import { hubViews, smsViews } from "./console-views.ts";
import { logIn, openBrowser, openPage, type WatchedPage } from "./open-browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

// Checking contrast is slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const SETS = [
  ["sms", smsViews],
  ["hub", hubViews],
] as const;

describe.each(SETS)("%s console", (product, views) => {
  let server: MockServer;
  let watched: WatchedPage;
  beforeAll(async () => {
    server = await startConsole(product, "filled");
    watched = await openPage(browser, { baseUrl: server.baseUrl, width: 1280, height: 720 });
    await watched.page.goto("/");
    await watched.page.getByRole("heading", { name: "Log in" }).waitFor();
    expect(await violations(watched.page)).toEqual([]);
    await logIn(watched.page, "mara", PASSWORD);
  });
  afterAll(async () => {
    await watched.context.close();
    await server.close();
  });

  it.each(views)(
    "$name: nothing for axe in either theme, nothing refused by the policy",
    async ({ path, act, shows }) => {
      const { page, problems } = watched;
      await page.goto(path);
      await page
        .getByRole("heading", { level: 1 })
        .or(page.getByRole("dialog"))
        .or(page.getByRole("heading", { level: 2 }))
        .first()
        .waitFor();
      await act?.(page);
      await page
        .getByRole(shows.role, shows.name === "" ? {} : { name: shows.name })
        .first()
        .waitFor();
      await page
        .getByRole("status", { name: /^Loading/ })
        .first()
        .waitFor({ state: "detached" });
      expect(await violations(page)).toEqual([]);
      expect(problems()).toEqual([]);
      expect(await page.title()).toMatch(/ · Breakwater (SMS|Hub)$/);
    },
  );
});
