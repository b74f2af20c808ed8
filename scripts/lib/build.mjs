import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { ROOT } from "./root.mjs";
import { run, tool } from "./run.mjs";

const CONSOLE = `${ROOT}/apps/console`;
const STAMP = `${CONSOLE}/dist/.built-from`;
const CONSOLE_INPUTS = ["apps/console", "packages/protocol/src", "packages/client/src"];
const NOT_INPUT = new Set(["dist", "dist-types", "mock-api", "node_modules"]);

/** @param {string} folder @returns {string[]} */
function filesUnder(folder) {
  return readdirSync(`${ROOT}/${folder}`, { withFileTypes: true }).flatMap((item) => {
    const path = `${folder}/${item.name}`;
    if (item.isDirectory()) return NOT_INPUT.has(item.name) ? [] : filesUnder(path);
    return /\.test\.tsx?$/.test(item.name) ? [] : [path];
  });
}

function consoleInputs() {
  const hash = createHash("sha256");
  for (const path of [...CONSOLE_INPUTS.flatMap(filesUnder), "package-lock.json"]) {
    hash.update(`${path}\n`).update(readFileSync(`${ROOT}/${path}`));
  }
  return hash.digest("hex");
}

/** Compiles all projects; the compiler itself skips those that have not changed. */
export async function compile() {
  return await run(tool("tsc"), ["-b"]);
}

/**
 * Builds the browser console unless it was built from exactly these sources.
 *
 * @param {(line: string) => void} say
 */
export async function buildConsole(say) {
  const inputs = consoleInputs();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === inputs) return { code: 0, output: "" };
  say("Building the console …");
  const result = await run("npm", ["run", "--silent", "build"], { cwd: CONSOLE });
  if (result.code === 0) writeFileSync(STAMP, inputs);
  return result;
}

/**
 * Brings `dist` of every workspace up to date.
 *
 * @param {(line: string) => void} say
 */
export async function ensureBuild(say) {
  if (!existsSync(`${ROOT}/apps/cli/dist/main.js`)) say("Compiling …");
  for (const step of [compile, () => buildConsole(say)]) {
    const { code, output } = await step();
    if (code !== 0) throw new Error(`the build failed:\n${output}`);
  }
}
