import { chmod, cp, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, orIfMissing } from "../errno.ts";
import { hydrateSymlinks } from "./hydrate-symlinks.ts";

/**
 * Copies the packaged binaries (60 MB) to `target`, open to every user, with their library links.
 * Complete or absent: made beside the target and renamed. Returns the copy's package folder.
 */
export async function copyEngine(packageDir: string, target: string): Promise<string> {
  if (await orIfMissing(stat(target), null)) return target;
  const draft = `${target}.tmp-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await cp(join(packageDir, "native"), join(draft, "native"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await openToEveryone(draft);
  if (!(await hydrateSymlinks(draft))) throw new Error(`cannot make links in ${draft}`);
  await renameUnlessThere(draft, target);
  return target;
}

async function renameUnlessThere(draft: string, target: string): Promise<void> {
  try {
    await rename(draft, target);
  } catch (error) {
    if (!isErrno(error, "ENOTEMPTY", "EEXIST")) throw error;
    await rm(draft, { recursive: true, force: true });
  }
}

/** Neither a strict umask nor a read-only original may keep the server's user, or us, out. */
async function openToEveryone(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToEveryone(path);
    else if (entry.isFile()) await chmod(path, entry.parentPath.endsWith("/bin") ? 0o755 : 0o644);
  }
}
