import {
  chmod,
  chown,
  lchown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError } from "@breakwater/protocol";
import type { Engine } from "../engine/engine.ts";
import { orIfMissing } from "../errno.ts";
import { run } from "../server/run.ts";
import { asCommand, fileOwner, idsOf, type Launch, type RunAs } from "../server/run-as.ts";

/** Proof that the folder came out of a finished initdb of ours: `PG_VERSION` appears half-way. */
const MARKER = "breakwater-cluster.json";

/** The only database role; authentication is the socket folder's mode. */
export const SUPERUSER = "postgres";

export type CreateOptions = {
  engine: Engine;
  runAs: RunAs;
  launch: Launch;
  /** For tests: skip flushing the new files to disk. */
  noSync?: boolean;
};

/** Major version of a finished cluster, null when there is none yet; refuses a folder of unknown origin. */
export async function clusterMajor(folder: string): Promise<number | null> {
  const entries = await orIfMissing(readdir(folder), null);
  if (entries === null || entries.length === 0) return null;
  if (!entries.includes(MARKER)) {
    throw new AppError(
      "Conflict",
      `${folder} holds files but was not finished by Breakwater. Move it away, or choose another data folder.`,
    );
  }
  return Number.parseInt(await readFile(join(folder, "PG_VERSION"), "utf8"), 10);
}

/**
 * Makes a new cluster. initdb works in a folder of its own that is renamed when it is finished and
 * marked: one that was killed half-way leaves a folder on which a server would happily start.
 */
export async function createCluster(folder: string, options: CreateOptions): Promise<void> {
  await removeDrafts(folder);
  const draft = `${folder}.tmp-${process.pid}`;
  await mkdir(draft, { mode: 0o700 });
  await giveTo(draft, options.runAs);
  await initialise(draft, options);
  await writeFile(join(draft, MARKER), JSON.stringify({ version: options.engine.version }), {
    flush: true,
  });
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}

async function removeDrafts(folder: string): Promise<void> {
  const parent = dirname(folder);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(folder)}.tmp-`)) continue;
    // The initdb of a killed run may still be at work in there for a moment.
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

async function initialise(draft: string, options: CreateOptions): Promise<void> {
  const { engine, launch } = options;
  const { file, args } = asCommand(launch, join(engine.binDir, "initdb"), [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    // The socket folder is closed to everybody else.
    "--auth=trust",
    "--encoding=UTF8",
    ...localeArguments(engine.major),
    ...(options.noSync === true ? ["--no-sync"] : []),
  ]);
  const result = await run(file, args, { ...idsOf(launch), timeoutMs: 300_000 });
  if (result.ok) return;
  await rm(draft, { recursive: true, force: true });
  throw new AppError("Unavailable", `Cannot create the database in ${draft}: ${result.output}`);
}

/** Never a locale of the C library or ICU: their sort order changes between builds. */
export function localeArguments(major: number): string[] {
  return major >= 17
    ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    : ["--locale=C"];
}

/** A restored copy, or one made under another identity, gets the right owner and mode again. */
export async function adoptFiles(folder: string, runAs: RunAs): Promise<void> {
  const owner = fileOwner(runAs);
  if (owner === null) return;
  await chmod(folder, 0o700);
  if ((await stat(folder)).uid === owner.uid) return;
  await chownAll(folder, owner);
}

export async function giveTo(folder: string, runAs: RunAs): Promise<void> {
  const owner = fileOwner(runAs);
  if (owner !== null) await chown(folder, owner.uid, owner.gid);
}

/** The top folder last: a walk that was cut short is then repeated. */
async function chownAll(folder: string, owner: { uid: number; gid: number }): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await chownAll(path, owner);
    else await lchown(path, owner.uid, owner.gid);
  }
  await chown(folder, owner.uid, owner.gid);
}
