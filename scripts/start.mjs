// `npm start`: sets a fresh clone up, then runs `breakwater up` in this process. Arguments go to it.
import { ensureBuild } from "./lib/build.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { setUpSystem } from "./setup-system.mjs";

const args = process.argv.slice(2);
const wantsLab = !args.includes("--no-lab");

/** Without its programs the lab is left out; hub and SMS run all the same. */
async function prepareLab() {
  if (!wantsLab || process.platform !== "linux") return;
  try {
    const problem = await setUpSystem(console.log, { browser: false });
    if (problem !== undefined) console.log(problem);
  } catch (error) {
    console.log(`The lab's programs could not be installed: ${String(error)}`);
  }
}

try {
  await ensureDependencies(console.log);
  await ensureBuild(console.log);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
await prepareLab();
// Known only after the build.
const cli = new URL("../apps/cli/dist/index.js", import.meta.url).href;
const { main, processTerminal } = await import(cli);
process.exit(await main(["up", ...args], processTerminal()));
