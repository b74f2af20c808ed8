import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/**
 * What the first start has set up already. Each is done once: whoever deletes the samples or
 * disconnects the SMS afterwards does not find them back at the next start.
 */
const SetupNotes = z.object({
  samplesLoaded: z.boolean().default(false),
  smsConnected: z.boolean().default(false),
  profileDistributed: z.boolean().default(false),
  /** The first passwords were on the screen. */
  passwordsShown: z.boolean().default(false),
});
export type SetupNotes = z.infer<typeof SetupNotes>;

function pathIn(dataFolder: string): string {
  return join(dataFolder, "setup.json");
}

export function readNotes(dataFolder: string): SetupNotes {
  try {
    return SetupNotes.parse(JSON.parse(readFileSync(pathIn(dataFolder), "utf8")));
  } catch {
    return SetupNotes.parse({});
  }
}

export function note(dataFolder: string, changes: Partial<SetupNotes>): void {
  const draft = `${pathIn(dataFolder)}.tmp`;
  const notes = { ...readNotes(dataFolder), ...changes };
  writeFileSync(draft, `${JSON.stringify(notes, null, 2)}\n`, { flush: true });
  renameSync(draft, pathIn(dataFolder));
}
