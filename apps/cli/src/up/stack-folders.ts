import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where each part of a stack keeps what it has. */
export function stackFolders(dataFolder: string) {
  const inData = (name: string) => join(dataFolder, name);
  return {
    postgres: inData("postgres"),
    hub: inData("hub"),
    sms: inData("sms"),
    agent: inData("agent"),
    lab: inData("lab"),
    logs: inData("log"),
    log: (name: string) => join(dataFolder, "log", `${name}.log`),
  };
}

/** Network namespaces are system-wide, so the lab of each data folder has a name of its own. */
export function labNameOf(dataFolder: string): string {
  return `lab-${createHash("sha256").update(dataFolder).digest("hex").slice(0, 8)}`;
}

/** The built console of a server; it does without when that is not there. */
export function consoleFolder(server: "hub" | "sms"): string {
  return fileURLToPath(new URL(`../../../console/dist/${server}`, import.meta.url));
}
