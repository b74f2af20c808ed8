import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { AppError, type ErrorDetail } from "@breakwater/protocol";

/** Programs the lab calls, and the Debian package that brings each. */
export const LAB_TOOLS = {
  ip: "iproute2",
  ethtool: "ethtool",
  curl: "curl",
  dig: "dnsutils",
  suricata: "suricata",
} as const satisfies Record<string, string>;

export type Machine = {
  platform: string;
  userId: number | undefined;
  hasTool: (name: string) => boolean;
};

export function thisMachine(): Machine {
  return { platform: process.platform, userId: process.getuid?.(), hasTool };
}

/** What keeps the lab from running here; empty when nothing does. */
export function missingRequirements(machine: Machine): ErrorDetail[] {
  if (machine.platform !== "linux") {
    return [
      {
        field: "platform",
        value: machine.platform,
        reason: "network namespaces exist on Linux only",
        remedy: "run the lab on a Debian 12 machine or virtual machine",
      },
    ];
  }
  const missing: ErrorDetail[] = [];
  if (machine.userId !== 0) {
    missing.push({
      field: "user",
      value: String(machine.userId),
      reason: "creating network namespaces needs root",
      remedy: "repeat the command with sudo",
    });
  }
  for (const [tool, debianPackage] of Object.entries(LAB_TOOLS)) {
    if (machine.hasTool(tool)) continue;
    missing.push({
      field: "tool",
      value: tool,
      reason: `${tool} is not installed`,
      remedy: installCommand(debianPackage),
    });
  }
  return missing;
}

/** @throws AppError `Unavailable` that names every missing piece and its remedy. */
export function requireLab(machine: Machine = thisMachine()): void {
  const details = missingRequirements(machine);
  if (details.length === 0) return;
  const text = details.map(({ reason, remedy }) => `${reason}: ${remedy}`).join("; ");
  throw new AppError("Unavailable", `The lab cannot run here. ${text}.`, { details });
}

function installCommand(debianPackage: string): string {
  if (debianPackage !== "suricata") {
    return `apt-get install -y --no-install-recommends ${debianPackage}`;
  }
  return "apt-get install -y --no-install-recommends -t bookworm-backports suricata (Suricata 7)";
}

function hasTool(name: string): boolean {
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return directories.some((directory) => directory !== "" && isExecutable(join(directory, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
