import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "@breakwater/client";
import type { HubApi, SmsApi } from "@breakwater/protocol";
import { z } from "zod";
import { progress } from "./figures.ts";
import { memoryOf } from "./process-memory.ts";

export const CLI = fileURLToPath(new URL("../../../apps/cli/dist/main.js", import.meta.url));

const Access = z.object({ url: z.string(), apiKey: z.string() });
const AccessFile = z.object({ hub: Access, sms: Access });

export type RunningStack = {
  /** From the start of the process to its "ready". */
  seconds: number;
  hub: Client<HubApi>;
  sms: Client<SmsApi>;
  /** A GET to the SMS, for what is not in the body of its answer. */
  smsRequest: (path: string) => Promise<Response>;
  /** A request to the hub's public API, as its clients send it. */
  publicApi: (path: string, body: unknown) => Promise<Response>;
  /** Bytes of memory that the SMS's process occupies now. */
  smsMemory: () => Promise<number>;
  /** The most that it ever occupied. */
  smsPeakMemory: () => Promise<number>;
  stop: () => Promise<void>;
};

/** Runs `breakwater up`, with its servers as processes of their own, until it says that it is ready. */
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
  const seconds = (performance.now() - started) / 1000;
  const access = AccessFile.parse(
    JSON.parse(await readFile(join(dataFolder, "access.json"), "utf8")),
  );
  const headers = ({ apiKey }: { apiKey: string }) => ({ authorization: `Bearer ${apiKey}` });
  return {
    seconds,
    hub: createClient<HubApi>({ baseUrl: access.hub.url, headers: headers(access.hub) }),
    sms: createClient<SmsApi>({ baseUrl: access.sms.url, headers: headers(access.sms) }),
    smsRequest: (path) => fetch(`${access.sms.url}${path}`, { headers: headers(access.sms) }),
    publicApi: (path, body) =>
      fetch(`${access.hub.url}${path}`, {
        method: "POST",
        headers: { ...headers(access.hub), "content-type": "application/json;charset=utf-8" },
        body: JSON.stringify(body),
      }),
    smsMemory: () => memoryOf("sms", child.pid ?? 0),
    smsPeakMemory: () => memoryOf("sms", child.pid ?? 0, "VmHWM"),
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
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
