import { existsSync, readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { run } from "./run.mjs";

/** Programs the lab and the tests drive, and the Debian package that brings each. */
const LAB_PROGRAMS = {
  suricata: "suricata",
  ip: "iproute2",
  ethtool: "ethtool",
  curl: "curl",
  dig: "dnsutils",
  openssl: "openssl",
  setpriv: "util-linux",
  ps: "procps",
  xz: "xz-utils",
};
const TEST_PROGRAMS = { chromium: "chromium" };
const SEARCHED = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin", "/usr/bin"];

/** @param {string} name */
export function findProgram(name) {
  return SEARCHED.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}

/**
 * Major version in the answer of `suricata -V`; 0 when it cannot be read.
 *
 * @param {string} answer
 */
export function suricataMajor(answer) {
  return Number(/version (\d+)\./.exec(answer)?.[1] ?? 0);
}

async function suricataIsOld() {
  const path = findProgram("suricata");
  if (path === undefined) return false;
  return suricataMajor((await run(path, ["-V"])).output) < 7;
}

/**
 * Debian packages that are missing, or too old in the case of Suricata.
 *
 * @param {{ browser: boolean }} need `browser`: Chromium too, which only the tests use
 */
export async function missingPackages(need) {
  const programs = { ...LAB_PROGRAMS, ...(need.browser ? TEST_PROGRAMS : {}) };
  const missing = Object.entries(programs)
    .filter(([program]) => findProgram(program) === undefined)
    .map(([, name]) => name);
  if (await suricataIsOld()) missing.push("suricata");
  return missing;
}

/** `ID` and `VERSION_ID` of the running system, empty where there is no such file. */
export function systemRelease(file = "/etc/os-release") {
  if (!existsSync(file)) return { id: "", version: "", codename: "" };
  const text = readFileSync(file, "utf8");
  const field = (/** @type {string} */ name) =>
    new RegExp(`^${name}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  return { id: field("ID"), version: field("VERSION_ID"), codename: field("VERSION_CODENAME") };
}

export const isRoot = () => process.getuid?.() === 0;
