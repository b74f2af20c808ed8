import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLab, type Lab, type ProbeResult } from "@breakwater/lab";
import { createLog, silentLog } from "@breakwater/platform";
import type { DeviceReport } from "@breakwater/protocol";
import { type Agent, createAgent } from "../agent.ts";
import { type AgentConfigInput, parseConfig } from "../config.ts";
import { FakeSms } from "./fake-sms.test-helper.ts";

/** A lab with one device, an SMS, and an agent that can be started again and again. */
export class AgentSite {
  readonly directory: string;
  readonly lab: Lab;
  readonly sms: FakeSms;
  readonly token: string;
  agent: Agent | undefined;

  private constructor(directory: string, lab: Lab, sms: FakeSms) {
    this.directory = directory;
    this.lab = lab;
    this.sms = sms;
    this.token = sms.token();
  }

  static async create(): Promise<AgentSite> {
    const directory = mkdtempSync(join(tmpdir(), "bwa-"));
    const lab = await createLab({
      name: `a-${randomBytes(4).toString("hex")}`,
      dir: join(directory, "lab"),
    });
    return new AgentSite(directory, lab, await FakeSms.start());
  }

  config(changes: Partial<AgentConfigInput> = {}): AgentConfigInput {
    const [device] = this.lab.devices;
    if (device === undefined) throw new Error("a lab has a device");
    return {
      dataDirectory: join(this.directory, "agent"),
      token: this.token,
      interfaces: [device.interfaceA, device.interfaceB],
      netns: device.netns,
      name: "lab-device",
      spoolReserveBytes: 0,
      ...changes,
    };
  }

  async startAgent(changes: Partial<AgentConfigInput> = {}): Promise<Agent> {
    const verbose = process.env["AGENT_TEST_LOG"];
    const log = verbose === undefined ? silentLog() : createLog({ name: "agent", level: verbose });
    const agent = createAgent(parseConfig(this.config(changes)), { log });
    await agent.start();
    this.agent = agent;
    return agent;
  }

  async stopAgent(engine: "keep" | "stop" = "keep"): Promise<void> {
    await this.agent?.stop({ engine });
    this.agent = undefined;
  }

  /** The device has the set as the SMS has it, on disk and with the engine, and says so. */
  async untilInSync(): Promise<DeviceReport> {
    const wanted = () => {
      const report = this.sms.reports.at(-1);
      const position = this.sms.position();
      const same =
        report?.position?.set === position.set &&
        report.position.version === position.version &&
        report.position.checksum === position.checksum;
      return same ? report : undefined;
    };
    return until(wanted, "the device to be in sync");
  }

  async http(
    address: string,
    path = "/",
    headers: Record<string, string> = {},
  ): Promise<ProbeResult> {
    const host = address.includes(":") ? `[${address}]` : address;
    return (await this.lab.request({ url: `http://${host}${path}`, headers, timeoutMs: 700 }))
      .result;
  }

  async dns(name: string, server = "10.9.1.2"): Promise<ProbeResult> {
    return (await this.lab.resolve({ name, server, timeoutMs: 1000 })).result;
  }

  async close(): Promise<void> {
    await this.stopAgent("stop");
    await this.sms.close();
    await this.lab.down();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Polls until `probe` gives something, for at most half a minute. */
export async function until<T>(
  probe: () => T | undefined | Promise<T | undefined>,
  what: string,
): Promise<T> {
  for (let round = 0; round < 600; round += 1) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}
