import { access, constants, readdir } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../server/run.ts";
import type { EngineCandidate } from "./engine.ts";

// Debian, Red Hat and Alpine keep each major apart; `*` is one folder name.
const PLACES = ["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*"];

/** PostgreSQL servers installed on this machine, in no particular order. */
export async function systemEngines(
  places: readonly string[] = PLACES,
): Promise<EngineCandidate[]> {
  const folders = (await Promise.all(places.map(expand))).flat();
  const configured = await run("pg_config", ["--bindir"]);
  if (configured.ok) folders.push(configured.output.trim());
  const found: EngineCandidate[] = [];
  for (const binDir of new Set(folders)) {
    if (await hasServer(binDir)) found.push({ origin: "system", binDir, packageDir: null });
  }
  return found;
}

async function expand(pattern: string): Promise<string[]> {
  const parts = pattern.split("/");
  const at = parts.findIndex((part) => part.includes("*"));
  const parent = parts.slice(0, at).join("/");
  const prefix = (parts[at] ?? "").replace("*", "");
  const names = await readdir(parent).catch(() => []);
  const rest = parts.slice(at + 1);
  return names.filter((name) => name.startsWith(prefix)).map((name) => join(parent, name, ...rest));
}

async function hasServer(binDir: string): Promise<boolean> {
  try {
    await access(join(binDir, "postgres"), constants.X_OK);
    await access(join(binDir, "initdb"), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
