import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { type Agent, createAgent, parseConfig } from "@breakwater/agent";
import type { LabDevice } from "@breakwater/lab";
import { type Log, silentLog } from "@breakwater/platform";

const run = promisify(execFile);

export type TestDeviceOptions = {
  device: LabDevice;
  dataDirectory: string;
  token: string;
  log?: Log;
};

/** An inline device of the lab: the real agent with the real engine. */
export class TestDevice {
  readonly #options: TestDeviceOptions;
  #agent: Agent | undefined;

  constructor(options: TestDeviceOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { device, dataDirectory, token, log = silentLog() } = this.#options;
    const config = parseConfig({
      dataDirectory,
      token,
      interfaces: [device.interfaceA, device.interfaceB],
      netns: device.netns,
      name: `ips-${device.number}`,
    });
    this.#agent = createAgent(config, { log });
    await this.#agent.start();
  }

  async status() {
    if (this.#agent === undefined) throw new Error("the agent does not run");
    return await this.#agent.status();
  }

  async stop(engine: "keep" | "stop"): Promise<void> {
    await this.#agent?.stop({ engine });
    this.#agent = undefined;
  }

  /** kill -9 of the engine, which only lives in this device's namespace. */
  async killEngine(): Promise<number> {
    const { stdout } = await run("ip", ["netns", "pids", this.#options.device.netns]);
    for (const pid of stdout.trim().split("\n").map(Number)) {
      const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
      if (!name.startsWith("Suricata") && !name.startsWith("suricata")) continue;
      process.kill(pid, "SIGKILL");
      return pid;
    }
    throw new Error(`no engine runs in ${this.#options.device.netns}`);
  }
}
