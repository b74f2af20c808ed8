import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";

export type ProcessInfo = {
  pid: number;
  /** `Z` is a zombie: gone, but its number is still taken until the parent collects it. */
  state: string;
  /** Clock ticks after boot; together with the pid it identifies a process for good. */
  startTicks: string;
  arguments: readonly string[];
};

/** What /proc says of a process; null when there is no such process (or no /proc). */
export async function readProcess(pid: number): Promise<ProcessInfo | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8");
    // The name in parentheses may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      pid,
      state: fields[0] ?? "",
      startTicks: fields[19] ?? "",
      arguments: commandLine.split("\0").filter((part) => part !== ""),
    };
  } catch {
    return null;
  }
}

/** Unix seconds when the process started. Linux shows ticks of 1/100 s on every architecture. */
export async function startedAt({ startTicks }: ProcessInfo): Promise<number | null> {
  const stat = await readFile("/proc/stat", "utf8").catch(() => "");
  const boot = /^btime (\d+)$/m.exec(stat)?.[1];
  return boot === undefined ? null : Number(boot) + Number(startTicks) / 100;
}

export function isAlive(info: ProcessInfo | null): info is ProcessInfo {
  return info !== null && info.state !== "Z" && info.state !== "X";
}

/** How a PostgreSQL process of ours is recognised: its folder, and the name its children carry. */
export type ClusterIdentity = { folder: string; name: string };

export type ServerProcess = ProcessInfo & { role: "postmaster" | "child" };

/** All running processes of one cluster. The command line is readable where `/proc/<pid>/exe` is not. */
export async function serverProcesses(cluster: ClusterIdentity): Promise<ServerProcess[]> {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found: ServerProcess[] = [];
  for (const pid of pids) {
    const info = await readProcess(pid);
    if (!isAlive(info)) continue;
    const role = roleIn(cluster, info.arguments);
    if (role !== null) found.push({ ...info, role });
  }
  return found;
}

/** Postmaster: `postgres -D <folder> ...`; children rename themselves to `postgres: <name>: ...`. */
export function roleIn(
  cluster: ClusterIdentity,
  commandLine: readonly string[],
): ServerProcess["role"] | null {
  const program = commandLine[0] ?? "";
  if (program.startsWith(`postgres: ${cluster.name}: `)) return "child";
  if (basename(program) !== "postgres") return null;
  const folder = commandLine[commandLine.indexOf("-D") + 1];
  return commandLine.includes("-D") && folder === cluster.folder ? "postmaster" : null;
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Already gone, which is what was wanted.
  }
}
