import type { Page } from "playwright-core";

/** A page or dialog worth looking at: how to get there, and what it must show. */
export type View = {
  name: string;
  path: string;
  /** Steps after the page is open. */
  act?: (page: Page) => Promise<void>;
  /** A role and name that must be visible in the end. */
  shows: {
    role:
      | "heading"
      | "dialog"
      | "alertdialog"
      | "complementary"
      | "table"
      | "menu"
      | "listbox"
      | "button"
      | "link";
    name: string | RegExp;
  };
};

const firstRow = (page: Page) => page.locator("[data-row-link]").first().click();
const press = (name: string | RegExp) => (page: Page) =>
  page.getByRole("button", { name }).first().click();

const accountViews: readonly View[] = [
  { name: "users", path: "/users", shows: { role: "heading", name: "Users and sessions" } },
  {
    name: "sessions",
    path: "/users?tab=sessions",
    shows: { role: "heading", name: "Users and sessions" },
  },
  { name: "add user", path: "/users?add=1", shows: { role: "dialog", name: "Add user" } },
  {
    name: "delete user",
    path: "/users",
    act: async (page) => {
      await page.getByRole("button", { name: "More for otto" }).click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
    },
    shows: { role: "alertdialog", name: "Delete otto?" },
  },
  { name: "API keys", path: "/api-keys", shows: { role: "heading", name: "API keys" } },
  {
    name: "create API key",
    path: "/api-keys?add=1",
    shows: { role: "dialog", name: "Create API key" },
  },
  {
    name: "audit log",
    path: "/audit?open=62",
    shows: { role: "complementary", name: "Audit record" },
  },
  {
    name: "palette",
    path: "/",
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.type("198.51.100.7");
    },
    shows: { role: "dialog", name: "Search or run an action" },
  },
  {
    name: "keys",
    path: "/",
    act: async (page) => page.keyboard.press("?"),
    shows: { role: "dialog", name: "Keys" },
  },
  { name: "user menu", path: "/", act: press(/^User /), shows: { role: "menu", name: "User" } },
  {
    name: "unknown address",
    path: "/no-such-page",
    shows: { role: "heading", name: "There is no page at this address" },
  },
];

/** Every page and dialog of the SMS console. */
export const smsViews: readonly View[] = [
  { name: "overview", path: "/", shows: { role: "heading", name: "Latest detections" } },
  { name: "events", path: "/events", shows: { role: "table", name: "" } },
  {
    name: "event",
    path: "/events",
    act: firstRow,
    shows: { role: "complementary", name: "Event details" },
  },
  { name: "objects", path: "/suspicious-objects", shows: { role: "table", name: "" } },
  {
    name: "object panel",
    path: "/suspicious-objects",
    act: firstRow,
    shows: { role: "complementary", name: "Object details" },
  },
  {
    name: "object page",
    path: "/suspicious-objects/9",
    shows: { role: "heading", name: /^Sources?/ },
  },
  {
    name: "add objects",
    path: "/suspicious-objects?add=1",
    shows: { role: "dialog", name: "Add objects" },
  },
  {
    name: "add outcome",
    path: "/suspicious-objects?add=*.evil.example",
    act: press("Add 1 object"),
    shows: { role: "dialog", name: "Add objects" },
  },
  {
    name: "search with completions",
    path: "/suspicious-objects",
    act: async (page) => {
      await page.getByRole("combobox", { name: "Search objects" }).fill("severity:High s");
      await page.getByRole("option").first().waitFor();
    },
    shows: { role: "listbox", name: "Completions" },
  },
  {
    name: "search with a mistake",
    path: "/suspicious-objects?q=sevrity:High",
    shows: { role: "heading", name: "The search is not complete" },
  },
  {
    name: "facets that include and exclude",
    path: "/suspicious-objects?q=severity:High%20-type:url",
    shows: { role: "complementary", name: "Facets" },
  },
  {
    name: "views of a search",
    path: "/suspicious-objects?q=type:url",
    act: press("Views"),
    shows: { role: "menu", name: "Views" },
  },
  {
    name: "delete objects",
    path: "/suspicious-objects",
    act: async (page) => {
      await page
        .getByRole("checkbox", { name: /^Select / })
        .nth(1)
        .click();
      await page.getByRole("button", { name: "Delete" }).click();
    },
    shows: { role: "alertdialog", name: "Delete 1 object?" },
  },
  { name: "import", path: "/import", shows: { role: "heading", name: "Import" } },
  {
    name: "import review",
    path: "/import",
    act: async (page) => {
      await page
        .getByLabel("Or paste its content")
        .fill("indicator,severity,campaign\n198.51.100.7,High,Red Kite\n*.bad.example,Low,");
      await press("See how it is read")(page);
    },
    shows: { role: "heading", name: "What becomes of it" },
  },
  {
    name: "import done",
    path: "/import",
    act: async (page) => {
      await page.getByLabel("Or paste its content").fill("203.0.113.201\nno value");
      await press("See how it is read")(page);
      await page.getByRole("button", { name: "Import", exact: true }).click();
    },
    shows: { role: "heading", name: "Rejected (1)" },
  },
  { name: "tag categories", path: "/tag-categories", shows: { role: "table", name: "" } },
  {
    name: "add tag category",
    path: "/tag-categories?add=1",
    act: async (page) => {
      await page.getByRole("dialog").getByRole("button", { name: /Kind/ }).click();
      await page.getByRole("option", { name: "List" }).click();
    },
    shows: { role: "dialog", name: "Add tag category" },
  },
  {
    name: "import tag categories",
    path: "/tag-categories?import=1",
    act: async (page) => {
      const file = { tagCategories: [{ name: "Ticket", kind: "text" }] };
      await page.getByLabel("Content").fill(JSON.stringify(file));
      await press("See what it would do")(page);
      await page.getByText("would be added:").waitFor();
    },
    shows: { role: "dialog", name: "Import tag categories" },
  },
  {
    name: "delete tag category",
    path: "/tag-categories",
    act: async (page) => {
      await page.getByRole("button", { name: "More for Confidence" }).click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
    },
    shows: { role: "alertdialog", name: "Delete Confidence?" },
  },
  {
    name: "held object",
    path: "/suspicious-objects/5",
    shows: { role: "button", name: "Release" },
  },
  {
    name: "excepted object",
    path: "/suspicious-objects/4",
    shows: { role: "heading", name: "Exceptions (1)" },
  },
  {
    name: "value that is not listed",
    path: "/suspicious-objects?q=192.0.2.113",
    shows: { role: "heading", name: "192.0.2.113 is not on the list" },
  },
  {
    name: "make exception",
    path: "/suspicious-objects/9",
    act: press("Make exception"),
    shows: { role: "dialog", name: "Make exception" },
  },
  { name: "exceptions", path: "/exceptions", shows: { role: "table", name: "" } },
  {
    name: "exception",
    path: "/exceptions?open=00000000-0000-4000-8000-0000000000e2",
    shows: { role: "complementary", name: "Exception details" },
  },
  {
    name: "exception for a filter",
    path: "/exceptions?add=192.0.2.0/24",
    act: async (page) => {
      await page.getByRole("button", { name: /Holds for/ }).click();
      await page.getByRole("option", { name: "One reputation filter" }).click();
    },
    shows: { role: "dialog", name: "Make exception" },
  },
  {
    name: "exception made",
    path: "/exceptions?add=192.0.2.113",
    act: async (page) => {
      await page.getByLabel("Reason").fill("Partner");
      await page.keyboard.press("Enter");
      await page.getByText("still cover").first().waitFor();
    },
    shows: { role: "dialog", name: "Make exception" },
  },
  {
    name: "end exception",
    path: "/exceptions?open=00000000-0000-4000-8000-0000000000e2",
    act: press("End exception"),
    shows: { role: "alertdialog", name: "End this exception?" },
  },
  {
    name: "held entries",
    path: "/held",
    act: async (page) => {
      await page.getByRole("table").getByRole("checkbox").nth(1).check();
    },
    shows: { role: "button", name: "Release 1 entry" },
  },
  {
    name: "safeguards",
    path: "/held?tab=safeguards",
    shows: { role: "button", name: "Save safeguards" },
  },
  {
    name: "safeguards saved",
    path: "/held?tab=safeguards",
    act: press("Save safeguards"),
    shows: { role: "link", name: "Show the job" },
  },
  { name: "profile", path: "/profiles", shows: { role: "heading", name: "Default profile" } },
  {
    name: "own rules",
    path: "/profiles",
    act: async (page) => page.getByRole("tab", { name: "Own rules" }).click(),
    shows: { role: "heading", name: "Default profile" },
  },
  {
    name: "distributions",
    path: "/profiles",
    act: async (page) => page.getByRole("tab", { name: "Distributions" }).click(),
    shows: { role: "heading", name: "Default profile" },
  },
  {
    name: "edit filter",
    path: "/profiles",
    act: press("High risk from Vision One"),
    shows: { role: "dialog", name: /^Edit/ },
  },
  {
    name: "distribute",
    path: "/profiles",
    act: press(/^Distribute to/),
    shows: { role: "dialog", name: "Distribute Default" },
  },
  { name: "devices", path: "/devices", shows: { role: "table", name: "" } },
  {
    name: "device",
    path: "/devices",
    act: firstRow,
    shows: { role: "heading", name: "Enforcement" },
  },
  {
    name: "enroll device",
    path: "/devices?enroll=1",
    act: press("Create token"),
    shows: { role: "dialog", name: "Enroll device" },
  },
  { name: "jobs", path: "/jobs", shows: { role: "table", name: "" } },
  {
    name: "job",
    path: "/jobs?state=succeeded",
    act: firstRow,
    shows: { role: "heading", name: /^Rejected/ },
  },
  {
    name: "running job",
    path: "/jobs?state=running",
    act: firstRow,
    shows: { role: "complementary", name: "Job details" },
  },
  { name: "connection", path: "/vision-one", shows: { role: "heading", name: "Options" } },
  {
    name: "configure",
    path: "/vision-one?dialog=configure",
    shows: { role: "dialog", name: "Configure the connection" },
  },
  {
    name: "test connectivity",
    path: "/vision-one?dialog=test",
    shows: { role: "dialog", name: "Test connectivity" },
  },
  {
    name: "disconnect",
    path: "/vision-one?dialog=disconnect",
    shows: { role: "alertdialog", name: /^Disconnect/ },
  },
  ...accountViews,
];

/** Every page and dialog of the hub console. */
export const hubViews: readonly View[] = [
  { name: "overview", path: "/", shows: { role: "heading", name: "Suspicious objects by type" } },
  { name: "managers", path: "/products", shows: { role: "table", name: "" } },
  {
    name: "manager",
    path: "/products",
    act: firstRow,
    shows: { role: "complementary", name: "Manager details" },
  },
  {
    name: "disconnect",
    path: "/products",
    act: async (page) => {
      await page.getByRole("button", { name: "More for hq-sms" }).click();
      await page.getByRole("menuitem", { name: "Disconnect" }).click();
    },
    shows: { role: "alertdialog", name: "Disconnect hq-sms?" },
  },
  { name: "enrollment tokens", path: "/products?tab=tokens", shows: { role: "table", name: "" } },
  {
    name: "new token",
    path: "/products?add=1",
    act: press("Create token"),
    shows: { role: "dialog", name: "Create enrollment token" },
  },
  { name: "objects", path: "/suspicious-objects", shows: { role: "table", name: "" } },
  {
    name: "object panel",
    path: "/suspicious-objects",
    act: firstRow,
    shows: { role: "complementary", name: "Object details" },
  },
  {
    name: "add objects",
    path: "/suspicious-objects?add=1",
    shows: { role: "dialog", name: "Add objects" },
  },
  { name: "targets", path: "/object-distribution", shows: { role: "table", name: "" } },
  {
    name: "failing target",
    path: "/object-distribution?open=00000000-0000-4000-8000-000000000002",
    shows: { role: "complementary", name: "Target details" },
  },
  {
    name: "add target",
    path: "/object-distribution?edit=new",
    act: async (page) => {
      await page.getByRole("textbox", { name: "Server" }).fill("192.0.2.30");
      await page.getByRole("textbox", { name: "User name" }).fill("feeder");
      await page.getByLabel("Password").fill("secret");
      await press("Test Connection")(page);
      await press("Pin this certificate")(page);
      await page.getByRole("textbox", { name: "Certificate fingerprint" }).waitFor();
    },
    shows: { role: "dialog", name: "Add target" },
  },
  {
    name: "sent objects",
    path: "/object-distribution?sent=00000000-0000-4000-8000-000000000001",
    shows: { role: "table", name: "" },
  },
  {
    name: "remove target",
    path: "/object-distribution",
    act: async (page) => {
      await page.getByRole("button", { name: "More for Branch SMS" }).click();
      await page.getByRole("menuitem", { name: "Remove" }).click();
    },
    shows: { role: "alertdialog", name: "Remove Branch SMS?" },
  },
  { name: "events", path: "/events", shows: { role: "table", name: "" } },
  {
    name: "event",
    path: "/events",
    act: firstRow,
    shows: { role: "complementary", name: "Event details" },
  },
];
