import { execFile } from "node:child_process";
import { statfs } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { promisify } from "node:util";

const run = promisify(execFile);
const MAX_ADDRESSES = 32;

/** The machine's own addresses, as an operator would reach it. */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
    .map(({ address }) => address)
    .slice(0, MAX_ADDRESSES);
}

/** `7.0.10`, or empty when the program is missing. */
export async function engineVersion(suricata = "suricata"): Promise<string> {
  const output = await run(suricata, ["-V"]).catch(() => undefined);
  return /version (\S+)/.exec(output?.stdout ?? "")?.[1] ?? "";
}

export async function freeBytes(directory: string): Promise<number> {
  const space = await statfs(directory);
  return space.bavail * space.bsize;
}
