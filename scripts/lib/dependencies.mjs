import { existsSync, readFileSync } from "node:fs";
import { ROOT } from "./root.mjs";
import { run } from "./run.mjs";

/**
 * @typedef {Record<string, { version?: string, optional?: boolean }>} Packages
 *
 * @param {string} file
 * @returns {Packages | undefined}
 */
function packagesOf(file) {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/**
 * Compares what the lock file asks for with what npm noted about the last installation.
 * A package for another platform is optional and may be absent.
 *
 * @param {Packages} wanted
 * @param {Packages | undefined} installed
 * @returns {string | undefined} why an installation is needed
 */
export function outdatedReason(wanted, installed) {
  if (installed === undefined) return "dependencies are not installed";
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes("node_modules/")) continue;
    const found = installed[path];
    if (found === undefined && !entry.optional) return `${path} is not installed`;
    if (found !== undefined && found.version !== entry.version) return `${path} is outdated`;
  }
  return undefined;
}

/**
 * Installs the locked dependencies unless they are there already.
 *
 * @param {(line: string) => void} say
 */
export async function ensureDependencies(say) {
  const wanted = packagesOf(`${ROOT}/package-lock.json`) ?? {};
  const reason = outdatedReason(wanted, packagesOf(`${ROOT}/node_modules/.package-lock.json`));
  if (reason === undefined) return;
  say(`Installing dependencies (${reason}) …`);
  // Not `npm ci`: it refuses a lock file that lacks optional packages of other platforms, which a
  // registry mirror may not carry. The versions are those of the lock file either way.
  const { code, output } = await run("npm", ["install", "--no-save", "--no-progress"]);
  if (code !== 0) throw new Error(`npm install failed:\n${output}`);
}
