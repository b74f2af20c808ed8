import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccountsTables, createAccounts, createApiKey } from "@breakwater/accounts";
import { type Client, createClient } from "@breakwater/client";
import { type Clock, silentLog, systemClock } from "@breakwater/platform";
import { createTestDatabase } from "@breakwater/postgres/testing";
import { type HubApi, PERMISSIONS, type ProductId } from "@breakwater/protocol";
import type { HubConfigInput } from "./config.ts";
import type { HubDb } from "./database.ts";
import { hubMigrations } from "./open-database.ts";
import { type Hub, startHub } from "./start-hub.ts";

export type TestHub = Hub & {
  databaseUrl: string;
  db: HubDb;
  /** API key of a superuser. */
  key: string;
  createKey: (role: string) => Promise<string>;
  api: Client<HubApi>;
  /** A request to the public API, as its clients send it. */
  public: (
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ) => Promise<Response>;
  createToken: (note?: string) => Promise<string>;
  /** Another process on the same database and CA. */
  second: () => Promise<SecondHub>;
  /** Stops the hub and starts it again on the same database and ports. */
  restart: () => Promise<void>;
};

export type SecondHub = Hub & { disconnect: (product: ProductId) => Promise<void> };

export async function startTestHub(
  config: Partial<HubConfigInput> = {},
  clock: Clock = systemClock,
): Promise<TestHub> {
  const database = await createTestDatabase<AccountsTables>(await hubMigrations());
  const dataDir = await mkdtemp(join(tmpdir(), "bw-hub-"));
  const start = (web: number, product: number) =>
    startHub(
      {
        dataDir,
        databaseUrl: database.url,
        web: { port: web },
        product: { port: product },
        ...config,
      },
      { log: silentLog(), clock },
    );
  let hub = await start(0, 0);
  const { urls } = hub;
  const key = await createKey(database.db, clock, "superuser");
  const headers = { authorization: `Bearer ${key}` };
  const api = createClient<HubApi>({ baseUrl: urls.web, headers });
  const others: Hub[] = [];
  const second = async (): Promise<SecondHub> => {
    const other = await start(0, 0);
    others.push(other);
    const client = createClient<HubApi>({ baseUrl: other.urls.web, headers });
    return {
      ...other,
      disconnect: async (id) => {
        await client("POST /hub/v1/products/{id}/disconnect", { params: { id } });
      },
    };
  };
  return {
    urls,
    firstAdministrator: hub.firstAdministrator,
    databaseUrl: database.url,
    second,
    key,
    api,
    db: database.db,
    createKey: (role) => createKey(database.db, clock, role),
    public: (method, path, options = {}) =>
      fetch(new URL(path, urls.web), {
        method,
        headers: {
          ...headers,
          "content-type": "application/json;charset=utf-8",
          ...options.headers,
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      }),
    createToken: async (note = "") =>
      (await api("POST /hub/v1/enrollment-tokens", { body: { note } })).token,
    restart: async () => {
      await hub.close();
      hub = await start(portOf(urls.web), portOf(urls.product));
    },
    close: async () => {
      await Promise.all([hub, ...others].map((one) => one.close()));
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function createKey(db: HubDb, clock: Clock, role: string): Promise<string> {
  const accounts = createAccounts({ db, clock, log: silentLog(), tls: false });
  const grantor = {
    permissions: new Set(PERMISSIONS),
    actor: { actor: "test", via: "system" as const, source: "local" },
  };
  const input = { name: `key ${role}`, role, description: "", monthsToExpiration: 0 };
  return (await createApiKey(accounts, grantor, input)).value;
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
