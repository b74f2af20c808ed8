import { readdir, readFile } from "node:fs/promises";
import type { Migration } from "./migration.ts";

const FILE_NAME = /^(\d{4}-[a-z0-9-]+)\.sql$/;

/**
 * Reads a folder of `NNNN-name.sql` files, in order. The compiler does not copy them, so keep the
 * folder beside `src` and say `new URL("../migrations/", import.meta.url)`: right in `src` and `dist`.
 */
export async function loadMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).toSorted();
  return await Promise.all(names.map((name) => load(folder, name)));
}

async function load(folder: URL, name: string): Promise<Migration> {
  const id = FILE_NAME.exec(name)?.[1];
  if (id === undefined) throw new Error(`${name}: a migration is named 0001-what-it-does.sql`);
  const text = await readFile(new URL(name, folder), "utf8");
  // A checkout with Windows line ends is still the same migration.
  return { id, sql: text.replaceAll("\r\n", "\n") };
}
