// `npm test`: sets a fresh clone up, then runs every gate in order of cost. Arguments go to Vitest.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { buildConsole, compile } from "./lib/build.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { ROOT } from "./lib/root.mjs";
import { run, tool } from "./lib/run.mjs";
import { isRoot } from "./lib/system-components.mjs";
import { countTests, summaryLine } from "./lib/test-summary.mjs";
import { setUpSystem } from "./setup-system.mjs";

const REPORT = `${ROOT}/node_modules/.cache/breakwater/test-report.json`;
const chosen = process.argv.slice(2);

async function system() {
  const problem = await setUpSystem(console.log, { browser: true });
  if (problem !== undefined) return { code: 1, output: problem };
  if (isRoot()) return { code: 0, output: "" };
  const remedy = `sudo env PATH="$PATH" npm test`;
  return {
    code: 1,
    output: `The lab tests build network namespaces, which needs root. Run:\n  ${remedy}`,
  };
}

async function dependencies() {
  await ensureDependencies(console.log);
  return { code: 0, output: "" };
}

const types = () => run(tool("tsc"), ["-p", "tsconfig.tests.json"]);
const consoleTypes = () => run(tool("tsc"), ["-p", "tsconfig.console-tests.json"]);

/** @type {[name: string, gate: () => Promise<{ code: number, output: string }>][]} */
const GATES = [
  ["system packages", system],
  ["dependencies", dependencies],
  ["format", () => run(tool("biome"), ["check", "."])],
  ["build", compile],
  ["types of the tests", types],
  ["types of the console tests", consoleTypes],
  ["lint", () => run(tool("oxlint"), ["--type-aware", "--deny-warnings"])],
  ["unused code", () => run(tool("knip"), [])],
  ["console build", () => buildConsole(() => undefined)],
];

/**
 * @param {string} name
 * @param {() => Promise<{ code: number, output: string }>} gate
 * @param {string} position
 */
async function passes(name, gate, position) {
  const started = performance.now();
  process.stdout.write(`[${position}] ${name} … `);
  const { code, output } = await gate().catch((error) => ({ code: 1, output: String(error) }));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(code === 0 ? `ok (${seconds} s)` : `FAILED (${seconds} s)`);
  if (code !== 0) console.log(output.trimEnd());
  return code === 0;
}

/** @param {string} position */
async function runTests(position) {
  console.log(`[${position}] tests …`);
  mkdirSync(`${ROOT}/node_modules/.cache/breakwater`, { recursive: true });
  rmSync(REPORT, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${REPORT}`];
  const { code } = await run(tool("vitest"), ["run", ...reporters, ...chosen], { show: true });
  const report = existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, "utf8")) : undefined;
  return countTests(report, code);
}

async function main() {
  const total = GATES.length + 1;
  for (const [index, [name, gate]] of GATES.entries()) {
    const ok = await passes(name, gate, `${index + 1}/${total}`);
    if (!ok) {
      console.log(`\nStopped at "${name}": the tests have not run.`);
      return { passed: 0, failed: 1 };
    }
  }
  return await runTests(`${total}/${total}`);
}

const counts = await main();
console.log(summaryLine(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;
