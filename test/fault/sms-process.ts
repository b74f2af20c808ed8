import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@breakwater/testkit";

const PROGRAM = fileURLToPath(new URL("../../apps/cli/dist/main.js", import.meta.url));

export type SmsProcessOptions = { name: string; folder: string; dataDir: string; url: string };

/** A process of an SMS, as `breakwater sms` runs it, on ports that stay the same over restarts. */
export class SmsProcess {
  readonly name: string;
  readonly web: string;
  readonly #config: string;
  readonly #log: string;
  #child: ChildProcess | undefined;

  private constructor(name: string, web: string, files: { config: string; log: string }) {
    this.name = name;
    this.web = web;
    this.#config = files.config;
    this.#log = files.log;
  }

  static async create({ name, folder, dataDir, url }: SmsProcessOptions): Promise<SmsProcess> {
    const [web, devices] = [await freePort(), await freePort()];
    const files = { config: join(folder, `${name}.json`), log: join(folder, `${name}.log`) };
    const configuration = {
      dataDir,
      databaseUrl: url,
      web: { port: web },
      devices: { port: devices },
    };
    await writeFile(files.config, JSON.stringify(configuration));
    return new SmsProcess(name, `http://127.0.0.1:${web}`, files);
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const log = openSync(this.#log, "a");
    // Without the options of a test runner, under which packages would resolve to their sources.
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = spawn(process.execPath, [PROGRAM, "sms", "--config", this.#config], {
      stdio: ["ignore", log, log],
      env,
    });
    this.#child = child;
    await eventually(
      `process ${this.name} answers; its log is ${this.#log}`,
      async () => {
        if (child.exitCode !== null) throw new Error(`process ${this.name} ended: ${this.#log}`);
        return fetch(new URL("/api/v1/devices", this.web)).then(
          (answer) => answer.status === 401,
          () => false,
        );
      },
      60_000,
    );
  }

  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}
