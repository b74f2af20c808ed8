import { createHash } from "node:crypto";

const LARGE_FILE_BYTES = 300_000;

export type LabFile = { path: string; body: Buffer; sha256: string; sha1: string; md5: string };

/** Two large downloads whose bytes are the same on every machine, so that their hashes are known. */
export const LAB_FILES = [deterministicFile("/bad.bin"), deterministicFile("/good.bin")] as const;

/** The answer to any other path: small, and naming what was asked. */
export function smallBody(host: string, path: string): string {
  return `breakwater lab\nhost ${host}\npath ${path}\n`;
}

function deterministicFile(path: string): LabFile {
  const blocks: Buffer[] = [];
  for (let index = 0; index * 32 < LARGE_FILE_BYTES; index += 1) {
    blocks.push(createHash("sha256").update(`${path}:${index}`).digest());
  }
  const body = Buffer.concat(blocks).subarray(0, LARGE_FILE_BYTES);
  const digest = (algorithm: string) => createHash(algorithm).update(body).digest("hex");
  return { path, body, sha256: digest("sha256"), sha1: digest("sha1"), md5: digest("md5") };
}
