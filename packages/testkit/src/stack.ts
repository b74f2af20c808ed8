import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Client, createClient } from "@breakwater/client";
import { type Hub, startHub } from "@breakwater/hub";
import { type Log, silentLog } from "@breakwater/platform";
import type { HubApi, SmsApi } from "@breakwater/protocol";
import { type Sms, startSms } from "@breakwater/sms";
import { apiKeyFor } from "./api-key.ts";
import { eventually } from "./eventually.ts";

export type StackOptions = {
  hubDatabaseUrl: string;
  smsDatabaseUrl: string;
  /** Emptied by nobody; the caller removes it. */
  dataDir: string;
  log?: Log;
};

/** Hub and SMS in this process, connected by a real enrollment token. */
export class Stack {
  readonly #options: StackOptions;
  readonly #log: Log;
  #hub: Hub;
  #sms: Sms;
  readonly hubKey: string;
  readonly hubApi: Client<HubApi>;
  readonly smsApi: Client<SmsApi>;

  private constructor(
    options: StackOptions,
    hub: Hub,
    sms: Sms,
    keys: { hub: string; sms: string },
  ) {
    this.#options = options;
    this.#log = options.log ?? silentLog();
    this.#hub = hub;
    this.#sms = sms;
    this.hubKey = keys.hub;
    this.hubApi = createClient<HubApi>({ baseUrl: hub.urls.web, headers: bearer(keys.hub) });
    this.smsApi = createClient<SmsApi>({ baseUrl: sms.urls.web, headers: bearer(keys.sms) });
  }

  static async start(options: StackOptions): Promise<Stack> {
    const log = options.log ?? silentLog();
    await mkdir(options.dataDir, { recursive: true });
    const hub = await startHub(hubConfig(options, 0, 0), { log });
    const sms = await startSms(smsConfig(options, 0, 0), { log });
    const keys = {
      hub: await apiKeyFor(options.hubDatabaseUrl),
      sms: await apiKeyFor(options.smsDatabaseUrl),
    };
    return new Stack(options, hub, sms, keys);
  }

  get urls() {
    return { hub: this.#hub.urls, sms: this.#sms.urls };
  }

  /** Enrols the SMS to the hub and waits until its object sync is in sync. */
  async connect(): Promise<void> {
    const { token } = await this.hubApi("POST /hub/v1/enrollment-tokens", { body: {} });
    await this.smsApi("POST /api/v1/vision-one/connect", { body: { token } });
    await this.inSync();
  }

  async inSync(): Promise<void> {
    await eventually("suspicious object sync is in sync", async () => {
      const { streams } = await this.smsApi("GET /api/v1/vision-one");
      return streams.some((s) => s.name === "suspicious-object-sync" && s.state === "in-sync");
    });
  }

  async deviceToken(): Promise<string> {
    return (await this.smsApi("POST /api/v1/device-enrollment-tokens", { body: {} })).token;
  }

  /** A request to the hub's public API as third-party clients send it. */
  async public(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return await fetch(new URL(path, this.#hub.urls.web), {
      method,
      headers: {
        ...bearer(this.hubKey),
        "content-type": "application/json;charset=utf-8",
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async stopSms(): Promise<void> {
    await this.#sms.close();
  }

  /** On the same data and ports. */
  async startSms(): Promise<void> {
    const { web, devices } = this.#sms.urls;
    this.#sms = await startSms(smsConfig(this.#options, portOf(web), portOf(devices)), {
      log: this.#log,
    });
  }

  async close(): Promise<void> {
    await this.#sms.close();
    await this.#hub.close();
  }
}

function hubConfig(options: StackOptions, web: number, product: number) {
  return {
    dataDir: join(options.dataDir, "hub"),
    databaseUrl: options.hubDatabaseUrl,
    web: { port: web },
    product: { port: product },
  };
}

function smsConfig(options: StackOptions, web: number, devices: number) {
  return {
    dataDir: join(options.dataDir, "sms"),
    databaseUrl: options.smsDatabaseUrl,
    web: { port: web },
    devices: { port: devices },
  };
}

function bearer(key: string) {
  return { authorization: `Bearer ${key}` };
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
