import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

type AxeNode = { html: string; failureSummary?: string };
type AxeResult = { violations: { id: string; help: string; nodes: AxeNode[] }[] };

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** The rules whose result depends on the theme. */
const COLOUR_RULES = `{ runOnly: ["color-contrast", "link-in-text-block"] }`;

/** Violations in the light and in the dark theme, each with the element it is about. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  await show(page, "light");
  const light = await run(page, "{}");
  await show(page, "dark");
  const dark = await run(page, COLOUR_RULES);
  await show(page, "light");
  return [...lines("light", light), ...lines("dark", dark)];
}

/** Switches the theme and waits until it is drawn. */
async function show(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.evaluate(`document.documentElement.dataset.theme = "${colorScheme}"`);
  await page.evaluate(
    "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(undefined))))",
  );
}

async function run(page: Page, options: string): Promise<AxeResult> {
  return (await page.evaluate(`axe.run(document, ${options})`)) as AxeResult;
}

function lines(theme: string, { violations: found }: AxeResult): string[] {
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(
      (node) => `${theme}: ${id}: ${help}: ${node.html.slice(0, 300)} ${node.failureSummary ?? ""}`,
    ),
  );
}
