// Installs the programs that the lab (and with --browser the tests) need: Debian and its relatives.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { backportsList, machineSources } from "./lib/debian-sources.mjs";
import { ROOT } from "./lib/root.mjs";
import { run } from "./lib/run.mjs";
import { isRoot, missingPackages, systemRelease } from "./lib/system-components.mjs";

/**
 * @typedef {(line: string) => void} Say
 * @typedef {{ browser: boolean }} Need `browser`: Chromium too, which only the tests use
 */

/** Debian releases whose own Suricata is too old, and that offer a newer one as a backport. */
const NEEDS_BACKPORT = new Set(["bookworm"]);
const APT_OPTIONS = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"];

/**
 * The command to give to a person who runs us without the right to install.
 *
 * @param {Need} need
 */
export function setupCommand(need) {
  return `sudo ${process.execPath} ${ROOT}/scripts/setup-system.mjs${need.browser ? " --browser" : ""}`;
}

/** @param {Say} say @param {readonly string[]} args */
async function apt(say, args) {
  const { code, output } = await run("apt-get", [...APT_OPTIONS, ...args], {
    env: { DEBIAN_FRONTEND: "noninteractive" },
  });
  if (code !== 0) throw new Error(`apt-get ${args.join(" ")} failed:\n${output.slice(-4000)}`);
  say(`  apt-get ${args.find((arg) => /^[a-z]/.test(arg)) ?? ""}: done`);
}

/**
 * @param {Say} say
 * @param {readonly string[]} packages
 * @param {ReturnType<typeof systemRelease>} release
 */
async function install(say, packages, release) {
  const plain = ["install", "-y", "--no-install-recommends"];
  if (!packages.includes("suricata") || !NEEDS_BACKPORT.has(release.codename)) {
    await apt(say, ["update"]);
    await apt(say, [...plain, ...packages]);
    return;
  }
  await withPrivateList(release.codename, async (scope) => {
    const others = packages.filter((name) => name !== "suricata");
    await apt(say, [...scope, "update"]);
    if (others.length > 0) await apt(say, [...scope, ...plain, ...others]);
    await apt(say, [...scope, ...plain, "-t", `${release.codename}-backports`, "suricata"]);
  });
}

/**
 * A list of our own keeps packages of any other release the machine knows from coming along.
 *
 * @param {string} codename
 * @param {(aptScope: readonly string[]) => Promise<void>} work
 */
async function withPrivateList(codename, work) {
  const list = backportsList(machineSources(), codename);
  if (list === undefined) {
    throw new Error(
      `No Debian archive for ${codename} is configured under /etc/apt, so there is nowhere to take Suricata 7 from. Add one, or install Suricata 7 yourself.`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "breakwater-apt-"));
  writeFileSync(join(folder, "breakwater.sources"), list);
  try {
    const settings = [
      "Dir::Etc::sourcelist=/dev/null",
      `Dir::Etc::sourceparts=${folder}`,
      "APT::Get::List-Cleanup=0",
    ];
    await work(settings.flatMap((setting) => ["-o", setting]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Debian starts a service with its package; the lab runs engines of its own, so that one stays down.
 *
 * @param {() => Promise<void>} work
 */
async function withoutServiceStart(work) {
  const policy = "/usr/sbin/policy-rc.d";
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await work();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
  if (existsSync("/run/systemd/system")) await run("systemctl", ["disable", "suricata.service"]);
}

/**
 * Installs what is missing; quick when nothing is.
 *
 * @param {Say} say
 * @param {Need} need
 * @returns {Promise<string | undefined>} why it cannot be done here, and what to do instead
 */
export async function setUpSystem(say, need) {
  const missing = await missingPackages(need);
  if (missing.length === 0) return undefined;
  const release = systemRelease();
  if (
    process.platform !== "linux" ||
    (!existsSync("/usr/bin/apt-get") && release.id !== "debian")
  ) {
    return `Missing: ${missing.join(", ")}. Install them (Suricata 7.0 or newer) with the package manager of this system.`;
  }
  if (!isRoot())
    return `Missing: ${missing.join(", ")}. Install them with:\n  ${setupCommand(need)}`;
  say(`Installing ${missing.join(", ")} …`);
  await withoutServiceStart(() => install(say, missing, release));
  const still = await missingPackages(need);
  if (still.length === 0) return undefined;
  return `Still missing after the installation: ${still.join(", ")} (Suricata 7.0 or newer is needed).`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const problem = await setUpSystem(console.log, { browser: process.argv.includes("--browser") });
  if (problem === undefined) {
    console.log("Everything needed is installed.");
  } else {
    console.error(problem);
    process.exitCode = 1;
  }
}
