import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@breakwater/protocol";
import { z } from "zod";
import { generatePrivateKey } from "../crypto/keys.ts";
import { isErrno, replaceFile } from "../durable-file.ts";
import { type Identity, parseIdentityUri } from "../identity-uri.ts";
import {
  type IdentityFiles,
  readIdentity,
  removeStaleFiles,
  writeIdentity,
} from "./identity-files.ts";

const PendingKey = z.object({ purpose: z.string(), key: z.string() });

export type StoredIdentity = IdentityFiles & { readonly identity: Identity };

export type IdentityStore = {
  /** The identity in use, or undefined before the first enrolment. */
  current(): StoredIdentity | undefined;
  /** For `tls.connect`, `https.request` and `http2.connect`: read it anew for each connection. */
  tlsOptions(): { key: string; cert: string; ca: string; minVersion: "TLSv1.3" };
  /**
   * The key for one attempt to get a certificate. It is on disk before it is answered, and
   * the same purpose gets the same key after a crash, so that a lost reply can be asked for again.
   */
  pendingKey(purpose: string): Promise<string>;
  /** Replaces key, certificate and CA in one step and forgets the pending key. */
  save(files: IdentityFiles): Promise<StoredIdentity>;
  /** Forgets the identity, e.g. on Disconnect. */
  clear(): Promise<void>;
  /** Called after every change of the identity; answers how to stop. */
  onChange(listener: (identity: StoredIdentity | undefined) => void): () => void;
};

/** Opens, or makes, the directory that holds one client's identity. One process per directory. */
export async function openIdentityStore(directory: string): Promise<IdentityStore> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await removeStaleFiles(directory);
  const pendingPath = join(directory, "pending.json");
  const listeners = new Set<(identity: StoredIdentity | undefined) => void>();
  const stored = await readIdentity(directory);
  let current = stored === undefined ? undefined : withIdentity(stored);

  function change(next: StoredIdentity | undefined): void {
    current = next;
    for (const listener of listeners) listener(next);
  }

  return {
    current: () => current,
    tlsOptions() {
      if (current === undefined) {
        throw new AppError("Conflict", "There is no identity yet. Enrol with an enrollment token.");
      }
      const { key, cert, ca } = current;
      return { key, cert, ca, minVersion: "TLSv1.3" };
    },
    async pendingKey(purpose) {
      const pending = await readPending(pendingPath);
      if (pending?.purpose === purpose) return pending.key;
      const key = await generatePrivateKey();
      await replaceFile(pendingPath, JSON.stringify({ purpose, key }));
      return key;
    },
    async save(files) {
      const next = withIdentity(files);
      await writeIdentity(directory, files);
      await rm(pendingPath, { force: true });
      await removeStaleFiles(directory);
      change(next);
      return next;
    },
    async clear() {
      await rm(join(directory, "current"), { force: true });
      await rm(pendingPath, { force: true });
      await removeStaleFiles(directory);
      change(undefined);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function withIdentity(files: IdentityFiles): StoredIdentity {
  const identity = parseIdentityUri(files.meta.identityUri);
  if (identity !== undefined) return { ...files, identity };
  throw new AppError("Unprocessable", `meta.json: "${files.meta.identityUri}" is not an identity.`);
}

async function readPending(path: string): Promise<z.infer<typeof PendingKey> | undefined> {
  try {
    return PendingKey.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    // An unreadable pending key is worth nothing: a new one takes its place.
    if (isErrno(error, "ENOENT") || error instanceof SyntaxError || error instanceof z.ZodError) {
      return undefined;
    }
    throw error;
  }
}
