import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "@breakwater/protocol";
import { createFile, isErrno } from "../durable-file.ts";
import type { CaSubject } from "./ca-certificates.ts";
import { CaMaterial, type KeyGuard, sealCa } from "./ca-material.ts";
import { createCa } from "./create-ca.ts";
import { type CertificateAuthority, openCa } from "./open-ca.ts";

export type CaFileOptions = {
  readonly path: string;
  /** Used only when there is no CA yet. */
  readonly subject: CaSubject;
  readonly now: () => number;
  readonly guard?: KeyGuard;
};

/**
 * Opens the CA stored in one 0600 JSON file, or creates it. Processes that start together
 * agree on one CA: the first to link the file wins and the others read it.
 */
export async function loadOrCreateCa(options: CaFileOptions): Promise<CertificateAuthority> {
  const { path, subject, now, guard } = options;
  const existing = await readCaFile(path);
  if (existing !== undefined) return openCa(existing, options);
  const plain = await createCa(subject, now);
  const material = guard === undefined ? plain : await sealCa(plain, guard);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (await createFile(path, serialise(material))) return openCa(material, options);
  const winner = await readCaFile(path);
  if (winner === undefined) throw unreadable(path);
  return openCa(winner, options);
}

/** The stored material, or undefined when there is no file. */
export async function readCaFile(path: string): Promise<CaMaterial | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    return CaMaterial.parse(JSON.parse(text));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function serialise(material: CaMaterial): string {
  return `${JSON.stringify(material, null, 2)}\n`;
}

function unreadable(path: string, cause?: unknown): AppError {
  return new AppError(
    "Unprocessable",
    `The CA file ${path} cannot be read. Restore it from a backup.`,
    {
      cause,
    },
  );
}
