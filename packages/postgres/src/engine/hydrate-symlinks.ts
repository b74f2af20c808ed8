import { lstat, readFile, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isErrno, orIfMissing } from "../errno.ts";

type Link = { source: string; target: string };

/**
 * Makes the library links that npm cannot carry and the package's install script would have made.
 * `root` holds `native/`; paths in `pg-symlinks.json` are relative to it.
 * Returns false when the folder cannot be written and links are missing.
 */
export async function hydrateSymlinks(root: string): Promise<boolean> {
  for (const { source, target } of await readLinks(root)) {
    const at = join(root, target);
    if (await orIfMissing(lstat(at), null)) continue;
    if (dirname(source) !== dirname(target)) throw new Error(`link ${target} leaves its folder`);
    if (!(await makeLink(basename(source), at))) return false;
  }
  return true;
}

async function makeLink(to: string, at: string): Promise<boolean> {
  try {
    await symlink(to, at);
    return true;
  } catch (error) {
    // Another process may be hydrating the same folder: the same link is as good from it.
    if (isErrno(error, "EEXIST")) return true;
    if (isErrno(error, "EACCES", "EROFS", "EPERM")) return false;
    throw error;
  }
}

async function readLinks(root: string): Promise<Link[]> {
  const text = await readFile(join(root, "native/pg-symlinks.json"), "utf8");
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) throw new Error("pg-symlinks.json is not a list");
  return parsed.filter(isLink);
}

function isLink(value: unknown): value is Link {
  return (
    typeof value === "object" &&
    value !== null &&
    "source" in value &&
    typeof value.source === "string" &&
    "target" in value &&
    typeof value.target === "string"
  );
}
