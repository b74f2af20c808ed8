import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "@breakwater/protocol";

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Where a secret stands; it can be opened nowhere else. */
export type SecretPlace = { table: string; column: string; row: string };

export type SecretBox = {
  seal: (secret: string, place: SecretPlace) => Buffer;
  /** Throws Internal when the key is another one or the bytes were changed or moved. */
  open: (sealed: Buffer, place: SecretPlace) => string;
};

/** Secrets at rest: AES-256-GCM with the key in a file of its own, made at first use. */
export async function openSecretBox(path: string): Promise<SecretBox> {
  const key = await loadOrCreateKey(path);
  return {
    seal: (secret, place) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(associated(place));
      const body = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    open: (sealed, place) => {
      try {
        const iv = sealed.subarray(0, IV_BYTES);
        const options = { authTagLength: TAG_BYTES };
        const decipher = createDecipheriv("aes-256-gcm", key, iv, options);
        decipher.setAAD(associated(place));
        decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const body = sealed.subarray(IV_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw new AppError("Internal", "The stored secret cannot be read with this key.", {
          cause,
        });
      }
    },
  };
}

/** As JSON, so that no two places have the same bytes. */
function associated({ table, column, row }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([table, column, row]));
}

async function loadOrCreateKey(path: string): Promise<Buffer> {
  const known = await readKey(path);
  if (known !== undefined) return known;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await createKey(path);
  const key = await readKey(path);
  if (key === undefined) throw new AppError("Internal", `The key file ${path} cannot be read.`);
  return key;
}

async function readKey(path: string): Promise<Buffer | undefined> {
  const key = await readFile(path).catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  });
  if (key === undefined || key.length === KEY_BYTES) return key;
  throw new AppError("Internal", `${path}: it is no key of 32 bytes. Restore it from a backup.`);
}

/** Complete before it has its name; when another process was first, that one's key stands. */
async function createKey(path: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(randomBytes(KEY_BYTES));
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  } finally {
    await unlink(temporary);
  }
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
