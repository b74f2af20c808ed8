import { mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { AppError } from "@breakwater/protocol";
import { run } from "../server/run.ts";
import { asCommand, idsOf, type Launch } from "../server/run-as.ts";
import { copyEngine } from "./copy-engine.ts";
import {
  type Engine,
  type EngineCandidate,
  OLDEST_MAJOR,
  packagedEngine,
  parseVersion,
} from "./engine.ts";
import { hydrateSymlinks } from "./hydrate-symlinks.ts";
import { systemEngines } from "./system-engines.ts";

export type PrepareOptions = {
  dataDir: string;
  launch: Launch;
  /** Major of the existing cluster: only an engine of the same major can open it. */
  major: number | null;
  candidates: readonly EngineCandidate[];
};

/** Packaged binaries first, then what the machine has; `binDir` alone when one is prescribed. */
export async function engineCandidates(binDir?: string): Promise<EngineCandidate[]> {
  if (binDir !== undefined) return [{ origin: "system", binDir, packageDir: null }];
  const packaged = packagedEngine();
  return [...(packaged === null ? [] : [packaged]), ...(await systemEngines())];
}

/** The first candidate that runs under the chosen identity and fits the cluster. */
export async function prepareEngine(options: PrepareOptions): Promise<Engine> {
  const refused: string[] = [];
  for (const candidate of options.candidates) {
    const tried = await tryCandidate(candidate, options);
    if (typeof tried !== "string") return tried;
    refused.push(`${candidate.binDir}: ${tried}`);
  }
  throw new AppError("Unavailable", nothingFits(options.major), {
    details: refused.map((reason) => ({ reason })),
  });
}

function nothingFits(major: number | null): string {
  return major === null
    ? `No PostgreSQL server runs here: the bundled one is for Linux with glibc on x64 and arm64. Install PostgreSQL ${OLDEST_MAJOR} or newer (Debian: apt-get install postgresql), or set DATABASE_URL.`
    : `The data were written by PostgreSQL ${major}, and no server of that version runs here. Install PostgreSQL ${major}, or set DATABASE_URL to a server that holds the data.`;
}

/** Returns the engine, or why it does not do. */
async function tryCandidate(
  candidate: EngineCandidate,
  options: PrepareOptions,
): Promise<Engine | string> {
  const found = await firstThatRuns(candidate, options);
  if (typeof found === "string") return found;
  if (options.major !== null && found.major !== options.major) {
    return `is version ${found.major}, the data need ${options.major}`;
  }
  if (found.major < OLDEST_MAJOR) return `is version ${found.major}, too old`;
  return found;
}

async function firstThatRuns(
  candidate: EngineCandidate,
  options: PrepareOptions,
): Promise<Engine | string> {
  if (candidate.packageDir === null) return await probe(candidate, options.launch);
  const linked = await hydrateSymlinks(candidate.packageDir).catch(() => false);
  const inPlace = linked ? await probe(candidate, options.launch) : "its folder is read-only";
  if (typeof inPlace !== "string") return inPlace;
  const packageDir = await copyBeside(candidate.packageDir, options.dataDir);
  const binDir = join(packageDir, "native/bin");
  return await probe({ ...candidate, packageDir, binDir }, options.launch);
}

/** Into the data folder, where the server's user can surely read. */
async function copyBeside(packageDir: string, dataDir: string): Promise<string> {
  const folder = join(dataDir, "engine");
  await mkdir(folder, { recursive: true, mode: 0o755 });
  return await copyEngine(packageDir, join(folder, await packageVersion(packageDir)));
}

async function packageVersion(packageDir: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(packageDir, "package.json"), "utf8"));
  const version =
    typeof manifest === "object" && manifest !== null && "version" in manifest
      ? String(manifest.version)
      : "unknown";
  return `${basename(packageDir)}-${version.replaceAll(/[^\w.-]/g, "_")}`;
}

async function probe(candidate: EngineCandidate, launch: Launch): Promise<Engine | string> {
  const { file, args } = asCommand(launch, join(candidate.binDir, "postgres"), ["--version"]);
  const answer = await run(file, args, idsOf(launch));
  if (!answer.ok) return answer.output;
  const version = parseVersion(answer.output);
  if (version === null) return `unexpected answer ${answer.output.trim()}`;
  return { origin: candidate.origin, binDir: candidate.binDir, ...version };
}
