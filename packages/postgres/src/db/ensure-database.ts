import { AppError } from "@breakwater/protocol";
import pg from "pg";
import { clientConfig } from "./pool.ts";
import { sqlState } from "./retry.ts";

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** Creates the database unless it is there. `url` leads to any database of the server. */
export async function ensureDatabase(url: string, name: string): Promise<void> {
  if (!NAME.test(name)) {
    throw new AppError("InvalidRequest", `${name} is no database name: use a-z, 0-9 and _`);
  }
  await withClient(url, async (client) => {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (rowCount === 0) await create(client, name);
  });
}

/** Runs `work` on a connection of its own without statement timeout. */
export async function withClient<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(clientConfig(url, { name: "setup", statementTimeoutMs: 0 }));
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function create(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  const major = Math.floor((rows[0]?.version ?? 0) / 10_000);
  try {
    await client.query(`create database ${name} template template0 ${localeClause(major)}`);
  } catch (error) {
    const state = sqlState(error);
    // Somebody else made it in the meantime.
    if (state === "42P04" || state === "23505") return;
    if (state !== "42501") throw error;
    throw new AppError(
      "PermissionDenied",
      `The database user may not create databases. Let an administrator run: create database ${name} template template0 ${localeClause(major)};`,
      { cause: error },
    );
  }
}

/** The same sorting everywhere, whatever locale the server was set up with. */
function localeClause(major: number): string {
  return major >= 17
    ? "encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
    : "encoding 'UTF8' locale 'C'";
}
