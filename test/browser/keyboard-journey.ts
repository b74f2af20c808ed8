import type { Page } from "playwright-core";

export type Journey = {
  user: string;
  firstPassword: string;
  password: string;
  /** Enrollment token of a hub; absent when the SMS is connected already. */
  token?: string;
  /** An object that is not on the list yet. */
  object: string;
};

/**
 * From the first login to an added object and the events, with the keyboard alone, on any running
 * SMS: log in, change the password, connect, add an object, see it explained, open the events.
 * Throws when a step does not lead where it should.
 */
export async function walkByKeyboard(page: Page, journey: Journey): Promise<void> {
  await page.goto("/");
  await changeFirstPassword(page, journey);
  if (journey.token !== undefined) await connect(page, journey.token);
  await addObject(page, journey.object);
  await readExplanation(page, journey.object);
  await openEvents(page);
}

async function changeFirstPassword(page: Page, { user, firstPassword, password }: Journey) {
  await focused(page, "User name");
  await page.keyboard.type(user);
  await page.keyboard.press("Tab");
  await page.keyboard.type(firstPassword);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Choose your own password" }).waitFor();
  await focused(page, "Current password");
  await page.keyboard.type(firstPassword);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
}

async function connect(page: Page, token: string) {
  await goTo(page, "g v", "Connect to Trend Vision One");
  await page.getByRole("heading", { name: "Options" }).waitFor();
  await page.keyboard.press("c");
  await page.getByRole("dialog", { name: "Configure the connection" }).waitFor();
  await focused(page, "Enrollment token");
  await page.keyboard.insertText(token);
  await pressUntilFocused(page, "Tab", "Connect");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByText("True", { exact: true }).waitFor();
}

async function addObject(page: Page, object: string) {
  await goTo(page, "g s", "Suspicious objects");
  await page.keyboard.press("a");
  await page.getByRole("dialog", { name: "Add objects" }).waitFor();
  await focused(page, "Objects, one per line");
  await page.keyboard.insertText(object);
  await pressUntilFocused(page, "Tab", "Add 1 object");
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Outcome per line" }).getByText("added").waitFor();
  await focused(page, "Done");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

async function readExplanation(page: Page, object: string) {
  await page.keyboard.press("/");
  await focused(page, "Search objects");
  await page.keyboard.insertText(object);
  await page.getByRole("link", { name: object }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.insertText(object);
  await page.getByRole("menuitem", { name: "Why is it blocked? Look it up" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByText("1 object", { exact: true }).waitFor();
  await page.keyboard.press("j");
  await focused(page, object);
  await page.keyboard.press("Enter");
  const panel = page.getByRole("complementary", { name: "Object details" });
  await panel.getByText(/^Why is this (not )?blocked\?$/).waitFor();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await focused(page, object);
}

async function openEvents(page: Page) {
  await goTo(page, "g e", "Events");
  await page.getByRole("searchbox", { name: "Filter events" }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

async function goTo(page: Page, keys: string, title: string) {
  for (const key of keys.split(" ")) await page.keyboard.press(key);
  await page.getByRole("heading", { name: title, level: 1 }).waitFor();
}

/** Presses a key until the control with this name has focus. */
async function pressUntilFocused(page: Page, key: string, name: string) {
  for (let count = 0; count < 25; count += 1) {
    if ((await nameOfFocus(page)).startsWith(name)) return;
    await page.keyboard.press(key);
  }
  throw new Error(
    `25 times ${key} did not reach "${name}"; focus is on "${await nameOfFocus(page)}"`,
  );
}

/** Waits until the control with this name has focus. */
async function focused(page: Page, name: string) {
  for (let count = 0; count < 200; count += 1) {
    if ((await nameOfFocus(page)).startsWith(name)) return;
    await page.waitForTimeout(50);
  }
  throw new Error(`"${name}" should have focus; it is on "${await nameOfFocus(page)}"`);
}

/** Label, accessible name or text of what has focus. */
async function nameOfFocus(page: Page): Promise<string> {
  return String(
    await page.evaluate(`(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return "nothing";
      const label = element.labels?.[0]?.textContent;
      return (element.getAttribute("aria-label") ?? label ?? element.textContent ?? "").trim();
    })()`),
  );
}
