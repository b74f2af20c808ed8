import { AppError } from "@breakwater/protocol";
import { ensureDatabase, withClient } from "../db/ensure-database.ts";
import { OLDEST_MAJOR } from "../engine/engine.ts";
import { type StartOptions, startPostgres } from "./start-postgres.ts";

export type OpenOptions = StartOptions & {
  /** Value of DATABASE_URL: a server run by somebody else. Empty or missing: our own. */
  databaseUrl?: string | undefined;
};

/** A server to keep databases on, ours or an external one. */
export type PostgresServer = {
  readonly kind: "embedded" | "external";
  readonly major: number;
  /** Makes sure the database exists and returns its URL. */
  database(name: string): Promise<string>;
  /** Stops our own server; leaves an external one alone. */
  stop(): Promise<void>;
};

/** `DATABASE_URL` if set, else our own server in `dataDir`. */
export async function openPostgres(options: OpenOptions): Promise<PostgresServer> {
  const { databaseUrl } = options;
  return databaseUrl === undefined || databaseUrl === ""
    ? await openEmbedded(options)
    : await openExternal(databaseUrl);
}

async function openEmbedded(options: StartOptions): Promise<PostgresServer> {
  const server = await startPostgres(options);
  return {
    kind: "embedded",
    major: server.major,
    async database(name) {
      await ensureDatabase(server.url("postgres"), name);
      return server.url(name);
    },
    stop: () => server.stop(),
  };
}

async function openExternal(url: string): Promise<PostgresServer> {
  const major = await externalMajor(url);
  if (major < OLDEST_MAJOR) {
    throw new AppError(
      "Unavailable",
      `The server of DATABASE_URL is PostgreSQL ${major}; ${OLDEST_MAJOR} or newer is needed.`,
    );
  }
  return {
    kind: "external",
    major,
    async database(name) {
      await ensureDatabase(url, name);
      return withDatabase(url, name);
    },
    stop: async () => {},
  };
}

async function externalMajor(url: string): Promise<number> {
  try {
    return await withClient(url, async (client) => {
      const { rows } = await client.query<{ version: number }>(
        "select current_setting('server_version_num')::int as version",
      );
      return Math.floor((rows[0]?.version ?? 0) / 10_000);
    });
  } catch (error) {
    // The URL holds a password: only where it leads is shown.
    throw new AppError(
      "Unavailable",
      `Cannot connect to the server of DATABASE_URL (${hostOf(url)}). Check the address, user and password.`,
      { cause: error },
    );
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || "socket" : "not a URL";
}

/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
