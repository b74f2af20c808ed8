// `npm run -s bench -- NAME [--quick] [--agents N] [--entries N]`: runs bench/NAME.ts. Standard output
// is nothing but JSON lines, one per figure; everything else goes to standard error.
import { existsSync, readdirSync } from "node:fs";
import { ensureBuild } from "./lib/build.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { ROOT } from "./lib/root.mjs";
import { run, tool } from "./lib/run.mjs";

const [name, ...args] = process.argv.slice(2);
const say = console.error;

function benchmarks() {
  return readdirSync(`${ROOT}/bench`)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.replace(/\.ts$/, ""));
}

async function main() {
  if (name === undefined || !existsSync(`${ROOT}/bench/${name}.ts`)) {
    say(`Choose a benchmark: ${benchmarks().join(", ")}`);
    return 2;
  }
  await ensureDependencies(say);
  await ensureBuild(say);
  const compiled = await run(tool("tsc"), ["-p", "tsconfig.bench.json"]);
  if (compiled.code !== 0) {
    say(compiled.output);
    return 1;
  }
  const file = `${ROOT}/bench/dist/${name}.js`;
  const { code } = await run(process.execPath, [file, ...args], { show: true });
  return code;
}

process.exitCode = await main().catch((error) => {
  say(error);
  return 1;
});
