import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** The machine's own Chromium, quiet: no first-run pages, no update or sync traffic. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export type WatchedPage = {
  page: Page;
  context: BrowserContext;
  /** Console errors, uncaught exceptions and policy violations since the last call. */
  problems: () => string[];
};

export type PageOptions = {
  baseUrl: string;
  theme?: "light" | "dark";
  width?: number;
  height?: number;
};

/** Tells policy violations apart from other messages; runs before the page's own scripts. */
const REPORT_VIOLATIONS = `document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP violation: " + event.violatedDirective + " " + event.sourceFile + ":" + event.lineNumber));`;

/** A fresh page, logged out, with everything that goes wrong on it written down. */
export async function openPage(browser: Browser, options: PageOptions): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL: options.baseUrl,
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.theme ?? "light",
    reducedMotion: "reduce",
    ignoreHTTPSErrors: true,
  });
  await context.addInitScript(REPORT_VIOLATIONS);
  const page = await context.newPage();
  const seen: string[] = [];
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (isExpected(message.text(), message.location().url)) return;
    seen.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => seen.push(`${page.url()}: ${error.stack ?? error.message}`));
  return { page, context, problems: () => seen.splice(0) };
}

/** Chromium reports every refused request; asking "who am I" logged out is one by design. */
function isExpected(text: string, url: string): boolean {
  return text.includes("status of 401") && url.endsWith("/auth/v1/session");
}

/** Logs in at whatever page is open. */
export async function logIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
}
