import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAccounts, createApiKey, type Grantor } from "@breakwater/accounts";
import { silentLog, systemClock } from "@breakwater/platform";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import { PERMISSIONS } from "@breakwater/protocol";
import type { SmsConfigInput } from "./config.ts";
import type { SmsRuntime } from "./context.ts";
import { type Schema, smsMigrations } from "./database.ts";
import { type Sms, startSms } from "./start-sms.ts";

export type TestSms = {
  sms: Sms;
  database: TestDatabase<Schema>;
  dataDir: string;
  /** Calls the REST API as an administrator; throws on a failure status. */
  call: <T = unknown>(method: string, path: string, body?: unknown) => Promise<T>;
  /** The same, with the status. */
  fetch: (method: string, path: string, body?: unknown) => Promise<Answer>;
  /** Sends a file as the body. */
  upload: (path: string, body: string | Buffer) => Promise<Answer>;
  /** Stops and starts the SMS on the same data. */
  restart: () => Promise<void>;
  createToken: () => Promise<string>;
  close: () => Promise<void>;
};

export type Answer = { status: number; body: unknown };

export async function createTestSms(
  runtime: Partial<SmsRuntime> = {},
  config: Partial<SmsConfigInput> = {},
): Promise<TestSms> {
  const database = await createTestDatabase<Schema>(await smsMigrations());
  const dataDir = await mkdtemp(join(tmpdir(), "bw-sms-"));
  const start = (web: number, devices: number) =>
    startSms(
      {
        dataDir,
        databaseUrl: database.url,
        web: { port: web },
        devices: { port: devices },
        ...config,
      },
      { log: silentLog(), ...runtime },
    );
  let sms = await start(0, 0);
  const key = await createKey(database.db);

  async function send(
    method: string,
    path: string,
    type?: string,
    body?: string | Buffer,
  ): Promise<Answer> {
    const answer = await fetch(`${sms.urls.web}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(type === undefined ? {} : { "content-type": type }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  function fetchApi(method: string, path: string, body?: unknown): Promise<Answer> {
    return body === undefined
      ? send(method, path)
      : send(method, path, "application/json", JSON.stringify(body));
  }

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetchApi(method, path, body);
    if (answer.status < 300) return answer.body as T;
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  return {
    get sms() {
      return sms;
    },
    database,
    dataDir,
    fetch: fetchApi,
    upload: (path, body) => send("POST", path, "application/octet-stream", body),
    call,
    createToken: async () =>
      (await call<{ token: string }>("POST", "/api/v1/device-enrollment-tokens", {})).token,
    restart: async () => {
      const { web, devices } = sms.urls;
      await sms.close();
      sms = await start(portOf(web), portOf(devices));
    },
    close: async () => {
      await sms.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

async function createKey(db: TestDatabase<Schema>["db"]): Promise<string> {
  const accounts = createAccounts({ db, clock: systemClock, log: silentLog(), tls: false });
  const grantor: Grantor = {
    actor: { actor: "test", via: "system", source: "test" },
    permissions: new Set(PERMISSIONS),
  };
  const input = { name: "test", role: "superuser", description: "", monthsToExpiration: 0 };
  return (await createApiKey(accounts, grantor, input)).value;
}
