import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { progress } from "./figures.ts";

const CLI = fileURLToPath(new URL("../../../apps/cli/dist/main.js", import.meta.url));

export type RunningStack = {
  /** From the start of the process to its "ready". */
  seconds: number;
  stop: () => Promise<void>;
};

/** Runs `breakwater up` and waits until it says that it is ready. */
export async function startStack(options: {
  dataFolder: string;
  portBase: number;
  args?: readonly string[];
}): Promise<RunningStack> {
  const { dataFolder, portBase, args = [] } = options;
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [CLI, "up", "--data", dataFolder, "--port-base", String(portBase), ...args],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await untilReady(child);
  return {
    seconds: (performance.now() - started) / 1000,
    stop: async () => {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let ready = false;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      progress(text.trimEnd());
      if (!text.includes("Breakwater is ready")) return;
      ready = true;
      resolve();
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (!ready) reject(new Error(`breakwater up ended with code ${code} before it was ready`));
    });
  });
}

/** A base whose four ports are free just now. */
export async function freePortBase(): Promise<number> {
  for (let base = 20_000; base < 60_000; base += 200) {
    const ports = [base, base + 43, base + 100, base + 143];
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return base;
  }
  throw new Error("no free ports");
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port === port;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
