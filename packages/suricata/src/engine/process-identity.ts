import { readFileSync } from "node:fs";
import { z } from "zod";

/** A process that cannot be confused with a later one of the same number. */
export const ProcessIdentity = z.object({
  pid: z.number().int().positive(),
  /** Clock ticks after boot, field 22 of /proc/PID/stat. */
  startTime: z.string(),
  bootId: z.string(),
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startTime = readStartTime(pid);
  return startTime === undefined ? undefined : { pid, startTime, bootId: readBootId() };
}

export function isSameProcess(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid);
  return now?.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** TERM, then KILL after `graceMs`. Does nothing unless the process is still the recorded one. */
export async function stopProcess(identity: ProcessIdentity, graceMs = 5000): Promise<void> {
  if (identity.pid === process.pid) return;
  signal(identity, "SIGTERM");
  if (await isGoneWithin(identity, graceMs)) return;
  signal(identity, "SIGKILL");
  await isGoneWithin(identity, 5000);
}

function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isSameProcess(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function isGoneWithin(identity: ProcessIdentity, ms: number): Promise<boolean> {
  for (let waited = 0; waited < ms; waited += 20) {
    if (!isSameProcess(identity)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return !isSameProcess(identity);
}

/** A zombie counts as gone: it holds nothing but its number. */
function readStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program name in brackets may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function readBootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
