import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "@breakwater/protocol";
import { giveTo } from "../cluster/create-cluster.ts";
import { isErrno } from "../errno.ts";
import { fileOwner, type RunAs } from "./run-as.ts";

/** Longest socket path the kernel takes, in bytes (sun_path without its final zero). */
const LONGEST = 107;
export const SOCKET_PORT = 5432;

/** Folder for the socket: inside the data folder, or a short one when that path is too long. */
export async function socketFolder(dataDir: string, runAs: RunAs): Promise<string> {
  const inside = join(dataDir, "s");
  if (fits(inside)) return await closedFolder(inside, runAs);
  for (const parent of shortParents()) {
    const folder = join(parent, `breakwater-${shortHash(dataDir)}`);
    if (!fits(folder)) continue;
    try {
      return await closedFolder(folder, runAs);
    } catch (error) {
      if (!isErrno(error, "EACCES", "ENOENT", "EROFS", "EPERM")) throw error;
    }
  }
  throw new AppError(
    "Unavailable",
    `The path of the data folder ${dataDir} is too long for a socket, and no short folder for it can be made in ${shortParents().join(" or ")}. Choose a shorter data folder.`,
  );
}

/**
 * The socket has a lock file with a pid, too, and the server gives up when that number is in use
 * (by a stranger, or by a zombie that nobody collected). Call it when no server of ours is left.
 */
export async function removeStaleSocket(folder: string): Promise<void> {
  const socket = join(folder, `.s.PGSQL.${SOCKET_PORT}`);
  await rm(`${socket}.lock`, { force: true });
  await rm(socket, { force: true });
}

function fits(folder: string): boolean {
  return Buffer.byteLength(`${folder}/.s.PGSQL.${SOCKET_PORT}`) <= LONGEST;
}

function shortParents(): string[] {
  const runtime = process.env["XDG_RUNTIME_DIR"];
  return process.getuid?.() === 0
    ? ["/run", tmpdir()]
    : [...(runtime === undefined ? [] : [runtime]), tmpdir()];
}

export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** Its mode is all that guards the database, so a folder that somebody else put there is refused. */
async function closedFolder(folder: string, runAs: RunAs): Promise<string> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
    await refuseForeign(folder, runAs);
  }
  await giveTo(folder, runAs);
  await chmod(folder, 0o700);
  return folder;
}

async function refuseForeign(folder: string, runAs: RunAs): Promise<void> {
  const found = await lstat(folder);
  const trusted = [process.getuid?.(), fileOwner(runAs)?.uid];
  if (found.isDirectory() && trusted.includes(found.uid)) return;
  throw new AppError("Conflict", `${folder} belongs to somebody else. Remove it and start again.`);
}
