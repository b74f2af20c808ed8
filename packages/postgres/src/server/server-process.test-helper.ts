import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { isAlive, readProcess } from "../cluster/processes.ts";
import { asCommand } from "./run-as.ts";
import type { StartOptions } from "./start-postgres.ts";

/** A folder everybody can enter, as a data folder's parent should be. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bw-postgres-"));
  await chmod(folder, 0o755);
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Small and quick; fsync stays as each test wants it. */
export const QUICK = { shared_buffers: "16MB", max_wal_size: "128MB" };

export type ChildServer = {
  /** The Node process, to be killed. */
  node: ChildProcess;
  serverPid: number;
  url: string;
};

/** Starts a server from a Node process of its own (built code), optionally under another identity. */
export async function startInChild(
  options: Omit<StartOptions, "log">,
  prefix: readonly string[] = [],
): Promise<ChildServer> {
  const script = `
    import { startPostgres, noLog } from ${JSON.stringify(builtModule("index.js"))};
    const server = await startPostgres({ log: noLog, ...${JSON.stringify(options)} });
    console.log(JSON.stringify({ pid: server.pid, url: server.url("postgres") }));
    setInterval(() => {}, 1000);`;
  const node = spawnScript(script, prefix);
  const line = await firstLine(node);
  const { pid, url } = JSON.parse(line);
  return { node, serverPid: pid, url };
}

/** URL of a file of the built package. */
export function builtModule(path: string): string {
  return new URL(`../../dist/${path}`, import.meta.url).href;
}

export function spawnScript(script: string, prefix: readonly string[] = []): ChildProcess {
  const node = [process.execPath, "--input-type=module", "-e", script];
  const { file, args } = asCommand({ prefix }, node[0] ?? "", node.slice(1));
  return spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
}

export async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("no output to read");
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) return line;
  throw new Error("the process ended without a word");
}

export async function killHard(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** Not root: in a user namespace when we are root, else as we are. */
export const UNPRIVILEGED =
  process.getuid?.() === 0
    ? ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--"]
    : [];

export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 25_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error("it did not happen");
    await sleep(20);
  }
}

export async function untilGone(pid: number): Promise<void> {
  await until(async () => !isAlive(await readProcess(pid)));
}

export async function ownerOf(pid: number): Promise<number> {
  return (await stat(`/proc/${pid}`)).uid;
}
