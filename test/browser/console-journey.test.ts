import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { FIRST_PASSWORD, PASSWORD } from "../../apps/console/src/mock-api/accounts-state.ts";
import type { MockServer } from "../../apps/console/src/mock-api/mock-server.ts";
import { startConsole } from "./console-server.ts";
import { walkByKeyboard } from "./keyboard-journey.ts";
import { logIn, openBrowser, openPage, type WatchedPage } from "./open-browser.ts";

vi.setConfig({ testTimeout: 120_000 });

let browser: Browser;
const servers: MockServer[] = [];
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await Promise.all(servers.map((server) => server.close()));
});

/** Pages of users that are logged in, one per server. */
const opened = new Map<string, Promise<WatchedPage>>();

async function open(
  product: "sms" | "hub",
  scenario: "filled" | "empty" | "failing",
  user?: string,
): Promise<WatchedPage> {
  if (user === undefined) return fresh(product, scenario);
  const key = `${product} ${scenario} ${user}`;
  const watched = await (opened.get(key) ?? fresh(product, scenario, user));
  opened.set(key, Promise.resolve(watched));
  await watched.page.setViewportSize({ width: 1440, height: 800 });
  watched.problems();
  return watched;
}

async function fresh(
  product: "sms" | "hub",
  scenario: "filled" | "empty" | "failing",
  user?: string,
): Promise<WatchedPage> {
  const server = await startConsole(product, scenario);
  servers.push(server);
  const watched = await openPage(browser, { baseUrl: server.baseUrl });
  if (user !== undefined) {
    await watched.page.goto("/");
    await logIn(watched.page, user, PASSWORD);
  }
  return watched;
}

describe("SMS console", () => {
  it("is used by keyboard alone from the first login to the events", async () => {
    const { page, problems } = await open("sms", "empty");
    const object = "203.0.113.77";
    const journey = { user: "admin", firstPassword: FIRST_PASSWORD, password: "a much longer one" };
    await walkByKeyboard(page, { ...journey, token: "bw1.token.of-a-hub", object });
    expect(problems()).toEqual([]);
  });

  it("says what is wrong with a name or password, and with a token", async () => {
    const { page } = await open("sms", "empty");
    await page.goto("/");
    await page.getByLabel("User name").fill("mara");
    await page.getByLabel("Password").fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("is not right").waitFor();
    await logIn(page, "mara", PASSWORD);
    await page.goto("/vision-one?dialog=configure");
    const save = page.getByRole("button", { name: "Save", exact: true });
    expect(await save.getAttribute("aria-disabled")).toBe("true");
    await page.getByLabel("Enrollment token").fill("not a token");
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByRole("alert").getByText("This is not an enrollment token.").waitFor();
  });

  it("shows every option disabled and every stream out of sync once disconnected", async () => {
    const { page, problems } = await fresh("sms", "filled", "mara");
    await page.goto("/vision-one");
    const option = (name: string) => page.getByRole("row").filter({ hasText: name });
    await option("Suspicious Object Sync").getByText("Enabled", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Disconnect", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Disconnect" }).click();
    for (const name of ["Suspicious Object Sync", "Event Sharing"]) {
      await option(name).getByText("Disabled", { exact: true }).waitFor();
      await option(name).getByText("Out of sync", { exact: true }).waitFor();
    }
    expect(problems()).toEqual([]);
  });

  it("reports every line of an added list, and offers the rejected ones for correction", async () => {
    const { page } = await open("sms", "filled", "mara");
    await page.goto("/suspicious-objects?add=1");
    await page
      .getByLabel("Objects, one per line")
      .fill("hxxp://evil[.]example/a\n# note\n*.wild.example\n198.51.100.250");
    await page.getByRole("button", { name: "Add 3 objects" }).click();
    const outcomes = page.getByRole("list", { name: "Outcome per line" });
    await outcomes.getByText("Wildcards are not values.").waitFor();
    expect(await outcomes.getByRole("listitem").count()).toBe(3);
    await page.getByRole("button", { name: "Correct the rejected" }).click();
    expect(await page.getByLabel("Objects, one per line").inputValue()).toBe("*.wild.example");
    await page.keyboard.press("Escape");
    const row = page.getByRole("row").filter({ hasText: "198.51.100.250" });
    await row.getByText(/^1\d of 14$/).waitFor();
  });

  it("shows where a rule is refused and keeps the text", async () => {
    const { page } = await open("sms", "filled", "mara");
    await page.goto("/profiles");
    await page.getByRole("tab", { name: "Own rules" }).click();
    await page
      .getByLabel("Own Suricata rules")
      .fill('# fine\nalert tcp any any -> any any (msg:"x";)');
    await page.getByRole("button", { name: "Save rules" }).click();
    await page.getByText("Line 2:").waitFor();
    await page.getByText("The rule has no sid.").waitFor();
    expect(await page.getByLabel("Own Suricata rules").inputValue()).toContain('msg:"x"');
  });

  it("distributes pending changes, shows each device, and takes the warning away", async () => {
    const { page, problems } = await open("sms", "filled", "mara");
    await page.goto("/");
    await page.getByRole("link", { name: "Pending changes", exact: true }).click();
    await page.getByRole("button", { name: "Distribute to 14 devices" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: "Distribute to 14 devices" })
      .click();
    await page.getByText("In force on 13 of 14 devices, failed on 1").waitFor();
    await page.getByText("Suricata refused the rules").waitFor();
    await page.getByRole("button", { name: "Retry 1 failed device" }).waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await page
      .getByRole("link", { name: "Pending changes", exact: true })
      .waitFor({ state: "detached" });
    expect(problems()).toEqual([]);
  });

  it("adds a tag category that criteria then offer with its values", async () => {
    const { page, problems } = await open("sms", "filled", "mara");
    await page.goto("/tag-categories?add=1");
    await page.getByLabel("Name", { exact: true }).fill("Region");
    await page.getByRole("dialog").getByRole("button", { name: /Kind/ }).click();
    await page.getByRole("option", { name: "List" }).click();
    await page.getByLabel("Values, one per line").fill("North\nSouth");
    await page.getByRole("dialog").getByRole("button", { name: "Add tag category" }).click();
    await page.getByRole("cell", { name: "North, South" }).waitFor();
    await page.goto("/profiles");
    await page.getByRole("button", { name: "High risk from Vision One" }).first().click();
    await page.getByRole("button", { name: "Add criterion" }).click();
    await page.getByRole("button", { name: /Tag of criterion 4/ }).click();
    await page.getByRole("option", { name: "Region" }).click();
    await page.getByRole("button", { name: /Value of criterion 4/ }).click();
    await page.getByRole("option", { name: "South" }).click();
    await page.keyboard.press("Escape");
    expect(problems()).toEqual([]);
  });

  it("imports a pasted table with a column more, and shows what was not taken", async () => {
    const { page, problems } = await open("sms", "filled", "mara");
    await page.goto("/import");
    await page
      .getByLabel("Or paste its content")
      .fill("indicator,campaign\nimported.example,Red Kite\n*.wild.example,Red Kite");
    await page.getByRole("button", { name: "See how it is read" }).click();
    await page.getByText("The first 2 rows, 1 of them rejected.").waitFor();
    await page.getByRole("button", { name: /Use of the column campaign/ }).click();
    await page.getByRole("option", { name: "Tag Campaign" }).click();
    await page.getByRole("textbox", { name: "Source" }).fill("Partner list");
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByRole("heading", { name: "Rejected (1)" }).waitFor();
    await page.getByText("*.wild.example").waitFor();
    await page.goto("/suspicious-objects?q=imported.example");
    await page.getByRole("row").filter({ hasText: "imported.example" }).waitFor();
    expect(problems()).toEqual([]);
  });

  it("searches by one line: completed, checked, narrowed by facets, and kept as a view", async () => {
    const { page, problems } = await open("sms", "filled", "mara");
    await page.goto("/suspicious-objects");
    const line = page.getByRole("combobox", { name: "Search objects" });
    await line.fill("sev");
    await page.getByRole("option", { name: /^severity:/ }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("option", { name: /^High/ }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    expect(await line.inputValue()).toBe("severity:High");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/suspicious-objects?q=severity%3AHigh");
    await page.getByText("Entries of severity High.").first().waitFor();
    const types = page.getByRole("group", { name: "Type" });
    await types.getByRole("button", { name: /^URL/ }).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.waitForURL("**?q=severity%3AHigh+-type%3Aurl");
    expect(await line.inputValue()).toBe("severity:High -type:url");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Save this search" }).click();
    await page.getByLabel("Name").fill("High without URLs");
    await page.getByRole("button", { name: "Save view" }).click();
    await page.goto("/suspicious-objects");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "High without URLs" }).click();
    await page.waitForURL("**?q=severity%3AHigh+-type%3Aurl");
    await line.fill("sevrity:High");
    await page
      .getByText(/Did you mean severity\?/)
      .first()
      .waitFor();
    expect(problems()).toEqual([]);
  });

  it("lifts a blocked object from its page by keyboard, and acts on it again", async () => {
    const { page, problems } = await open("sms", "filled", "mara");
    await page.goto("/suspicious-objects/13");
    await page.getByRole("heading", { name: "Filters" }).waitFor();
    await page.keyboard.press("m");
    const dialog = page.getByRole("dialog", { name: "Make exception" });
    await dialog.getByLabel("Reason").fill("Partner, ticket 12");
    await page.keyboard.press("Enter");
    await dialog.getByText("1 entry").waitFor();
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await page.getByText(/^Excepted/).waitFor();
    await page.getByRole("button", { name: "End exception" }).press("Enter");
    const confirm = page.getByRole("alertdialog");
    await confirm.getByRole("button", { name: "End exception" }).press("Enter");
    await page.getByText(/^Excepted/).waitFor({ state: "detached" });
    expect(problems()).toEqual([]);
  });

  it("undoes a finished job, shows the way back running, and tells its end", async () => {
    const { page, problems } = await open("sms", "filled", "mara");
    await page.goto("/jobs?state=succeeded");
    await page.getByRole("link", { name: "Import of partner-2026-11.csv", exact: true }).click();
    const panel = page.getByRole("complementary", { name: "Job details" });
    await panel.getByText("Wildcards are not values.").first().waitFor();
    await panel.getByRole("button", { name: "Undo" }).click();
    const notices = page.getByRole("status", { name: "Notifications" });
    await notices.getByText("Undo: Import of partner-2026-11.csv: 12,431 put back").waitFor();
    await notices.getByRole("button", { name: "Show" }).click();
    await panel.getByText("The job whose changes it takes back").waitFor();
    expect(problems()).toEqual([]);
  });

  it("keeps filters and the open panel in the address, and goes back", async () => {
    const { page, problems } = await open("sms", "filled", "mara");
    await page.goto("/events");
    await page.getByLabel("Filter events").fill("SQL injection");
    await page.waitForURL("**/events?q=SQL+injection");
    await page.locator("[data-row-link]").first().click();
    await page.waitForURL("**/events?q=SQL+injection&open=*");
    const address = page.url();
    await page.goto("/");
    await page.goto(address);
    await page
      .getByRole("complementary", { name: "Event details" })
      .getByText("CVE-2024-4577")
      .waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    expect(problems()).toEqual([]);
  });

  it("draws attackers' texts as text: no live link, nothing hidden", async () => {
    const { page } = await open("sms", "filled", "mara");
    await page.goto("/suspicious-objects?q=paypa");
    await page.getByText("U+202E").first().waitFor();
    await page.goto("/events");
    await page.locator("[data-row-link]").nth(4).click();
    const panel = page.getByRole("complementary", { name: "Event details" });
    await panel.getByText("<script>alert(1)</script>").waitFor();
    await panel.getByText("U+202E").first().waitFor();
    const outside = await page
      .locator('a[href*="://"], a[href^="//"], a[href^="javascript:"]')
      .count();
    expect(outside).toBe(0);
  });
});

describe("what a page shows besides data", () => {
  it("says that there is nothing yet, and that nothing matches", async () => {
    const { page, problems } = await open("sms", "empty", "mara");
    await page.goto("/");
    await page.getByText("No device is enrolled yet").waitFor();
    await page.getByText("1 of 4 done").waitFor();
    for (const [path, text] of [
      ["/events", "No events yet"],
      ["/suspicious-objects", "No suspicious objects yet"],
      ["/suspicious-objects?q=nowhere", "No objects match"],
      ["/suspicious-objects?q=192.0.2.1", "192.0.2.1 is not on the list"],
      ["/devices", "No devices yet"],
      ["/api-keys", "No API keys yet"],
      ["/audit", "Nothing has been changed yet"],
      ["/exceptions", "No active exceptions"],
      ["/held", "Nothing is held back"],
      ["/jobs", "No jobs yet"],
      ["/vision-one", "This SMS is not connected"],
    ] as const) {
      await page.goto(path);
      await page.getByText(text).first().waitFor();
    }
    expect(problems()).toEqual([]);
  });

  it("says what failed and offers to try again", async () => {
    const { page } = await open("sms", "failing", "mara");
    const retry = page.getByRole("button", { name: "Try again" }).first();
    for (const path of [
      "/",
      "/events",
      "/suspicious-objects",
      "/profiles",
      "/devices",
      "/exceptions",
      "/held",
      "/tag-categories",
      "/jobs",
      "/vision-one",
      "/users",
      "/audit",
    ]) {
      await page.goto(path);
      await page.getByText("The database does not answer.").first().waitFor();
      expect({ path, retry: await retry.isVisible() }).toEqual({ path, retry: true });
    }
  });

  it("tells operators what their role lacks, on pages and on buttons", async () => {
    const { page } = await open("sms", "filled", "otto");
    await page.goto("/users");
    await page
      .getByRole("heading", { name: "Your role does not show users and sessions" })
      .waitFor();
    await page.goto("/suspicious-objects");
    const add = page.getByRole("button", { name: "Add objects" });
    await add.focus();
    expect(await add.getAttribute("aria-disabled")).toBe("true");
    await page
      .getByRole("tooltip")
      .getByText('Your role lacks the permission "reputation:write"')
      .waitFor();
  });
});

describe("hub console", () => {
  it("shows an enrollment token once, and adds an object that reaches the managers", async () => {
    const { page, problems } = await open("hub", "filled", "mara");
    await page.goto("/products?tab=tokens&add=1");
    await page.getByRole("button", { name: "Create token" }).click();
    expect(await page.getByLabel("Enrollment token", { exact: true }).inputValue()).toMatch(
      /^bw1\./,
    );
    await page.getByRole("button", { name: "Done" }).click();
    expect(await page.getByText(/bw1\./).count()).toBe(0);
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.keyboard.press("a");
    await page.getByLabel("Objects, one per line").fill("new.evil.example");
    await page.getByRole("button", { name: "Add 1 object" }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page
      .getByRole("row")
      .filter({ hasText: "new.evil.example" })
      .getByText("2 of 2")
      .waitFor();
    expect(problems()).toEqual([]);
  });

  it("disconnects a manager from its row menu", async () => {
    const { page, problems } = await open("hub", "filled", "mara");
    await page.goto("/products");
    await page.getByRole("button", { name: "More for hq-sms" }).click();
    await page.getByRole("menuitem", { name: "Disconnect" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Disconnect" }).click();
    const row = page.getByRole("row").filter({ hasText: "hq-sms" });
    await row.getByText("False").waitFor();
    await row.getByText("Out of sync").waitFor();
    expect(problems()).toEqual([]);
  });
});

describe.each([1024, 1440])("at %i pixels", (width) => {
  it("nothing is cut off at the side", async () => {
    const { page } = await open("sms", "filled", "mara");
    await page.setViewportSize({ width, height: 800 });
    for (const path of [
      "/",
      "/events",
      "/suspicious-objects",
      "/profiles",
      "/devices",
      "/vision-one",
      "/users",
      "/api-keys",
    ]) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page
        .getByRole("status", { name: /^Loading/ })
        .first()
        .waitFor({ state: "detached" });
      const wide =
        await page.evaluate(`[document.documentElement, ...document.querySelectorAll("main *")]
        .filter((element) => element.scrollWidth > element.clientWidth + 1 &&
          ["auto", "scroll"].includes(getComputedStyle(element).overflowX))
        .map((element) => element.outerHTML.slice(0, 120))`);
      expect({ path, wide }).toEqual({ path, wide: [] });
    }
  });
});
