import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, readlink, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { AppError, Sha256, TokenId } from "@breakwater/protocol";
import { z } from "zod";
import { isErrno, syncDirectory, writeNewFile } from "../durable-file.ts";

/*
 *   <directory>/current -> generations/<random>    replaced in one rename
 *   <directory>/generations/<random>/key.pem cert.pem ca.pem meta.json
 *   <directory>/pending.json                       a key whose certificate is awaited
 *
 * Key and certificate must change together; a symbolic link is the only way to change
 * several files in one step, and other programs still find plain PEM files.
 */
const CURRENT = "current";
const GENERATIONS = "generations";

export const IdentityMeta = z.object({
  version: z.literal(1),
  identityUri: z.string(),
  /** Origin of the server that issued the certificate. */
  url: z.string(),
  caPin: Sha256,
  tokenId: TokenId,
  fingerprint: Sha256,
  notBefore: z.number(),
  notAfter: z.number(),
});
export type IdentityMeta = z.infer<typeof IdentityMeta>;

export type IdentityFiles = {
  readonly key: string;
  /** Leaf and intermediates. */
  readonly cert: string;
  /** Trusted roots. */
  readonly ca: string;
  readonly meta: IdentityMeta;
};

export async function readIdentity(directory: string): Promise<IdentityFiles | undefined> {
  const at = join(directory, CURRENT);
  try {
    const [key, cert, ca, meta] = await Promise.all(
      ["key.pem", "cert.pem", "ca.pem", "meta.json"].map((name) =>
        readFile(join(at, name), "utf8"),
      ),
    );
    const parsed = IdentityMeta.parse(JSON.parse(meta ?? ""));
    return { key: key ?? "", cert: cert ?? "", ca: ca ?? "", meta: parsed };
  } catch (cause) {
    if (isErrno(cause, "ENOENT") && !(await exists(at))) return undefined;
    throw new AppError(
      "Unprocessable",
      `The identity in ${at} cannot be read. Remove it and enrol again with a new enrollment token.`,
      { cause },
    );
  }
}

export async function writeIdentity(directory: string, files: IdentityFiles): Promise<void> {
  const name = randomBytes(8).toString("hex");
  const generation = join(directory, GENERATIONS, name);
  await mkdir(generation, { recursive: true, mode: 0o700 });
  await writeNewFile(join(generation, "key.pem"), files.key, 0o600);
  await writeNewFile(join(generation, "cert.pem"), files.cert, 0o644);
  await writeNewFile(join(generation, "ca.pem"), files.ca, 0o644);
  await writeNewFile(
    join(generation, "meta.json"),
    `${JSON.stringify(files.meta, null, 2)}\n`,
    0o644,
  );
  await syncDirectory(generation);
  await syncDirectory(join(directory, GENERATIONS));
  const link = join(directory, `${CURRENT}.${name}.tmp`);
  await symlink(join(GENERATIONS, name), link);
  await rename(link, join(directory, CURRENT));
  await syncDirectory(directory);
}

/** Removes what a crash or a replaced identity left behind: old keys must not lie around. */
export async function removeStaleFiles(directory: string): Promise<void> {
  const current = await readlink(join(directory, CURRENT)).catch(() => "");
  const generations = await readdir(join(directory, GENERATIONS)).catch(() => []);
  for (const name of generations) {
    if (join(GENERATIONS, name) === current) continue;
    await rm(join(directory, GENERATIONS, name), { recursive: true, force: true });
  }
  for (const name of await readdir(directory)) {
    if (name.endsWith(".tmp")) await rm(join(directory, name), { force: true });
  }
}

async function exists(link: string): Promise<boolean> {
  return readlink(link).then(
    () => true,
    () => false,
  );
}
