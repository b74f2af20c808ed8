import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

const ABANDONED_MS = 24 * 3_600_000;

/**
 * An empty folder inside `parent` that belongs to this process alone, while others use the same data
 * folder. What processes left that ended without a word is removed: at once those of this machine,
 * after a day those of others, which cannot be asked.
 */
export async function openProcessFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  const own = `${hostname()}-${process.pid}`;
  for (const name of await readdir(parent)) {
    if (name === own || (await isAbandoned(parent, name))) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
  const folder = join(parent, own);
  await mkdir(folder, { recursive: true });
  return folder;
}

async function isAbandoned(parent: string, name: string): Promise<boolean> {
  const at = name.lastIndexOf("-");
  if (name.slice(0, at) === hostname()) return !isRunning(Number(name.slice(at + 1)));
  const changed = await stat(join(parent, name)).catch(() => undefined);
  return changed !== undefined && Date.now() - changed.mtimeMs > ABANDONED_MS;
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
