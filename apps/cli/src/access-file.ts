import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const Access = z.strictObject({ url: z.url(), apiKey: z.string() });
const AccessFile = z.strictObject({ hub: Access.optional(), sms: Access.optional() });

/**
 * Addresses and API keys of the servers that `breakwater up` runs, for commands on the same machine.
 * Readable by the owner of the data folder only.
 */
export type AccessFile = z.infer<typeof AccessFile>;
export type Access = z.infer<typeof Access>;
export type ServerName = keyof AccessFile;

function pathIn(dataFolder: string): string {
  return join(dataFolder, "access.json");
}

/** Empty when there is none, or none that is readable. */
export function readAccess(dataFolder: string): AccessFile {
  try {
    return AccessFile.parse(JSON.parse(readFileSync(pathIn(dataFolder), "utf8")));
  } catch {
    return {};
  }
}

export function writeAccess(dataFolder: string, access: AccessFile): void {
  mkdirSync(dataFolder, { recursive: true });
  const draft = `${pathIn(dataFolder)}.tmp`;
  writeFileSync(draft, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, pathIn(dataFolder));
}
