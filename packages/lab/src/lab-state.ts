import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProcessIdentity } from "@breakwater/suricata";
import { z } from "zod";

/**
 * What a lab has made, written before each thing is made, so that whoever comes
 * after a crash can remove it. Namespaces are system-wide names, therefore the
 * record has one system-wide place; both vanish with a reboot.
 */
export const LabState = z.object({
  name: z.string(),
  deviceCount: z.number().int(),
  directory: z.string(),
  /** The process whose end also ends the lab; absent for a lab that is kept until `down`. */
  owner: ProcessIdentity.optional(),
  namespaces: z.array(z.object({ name: z.string(), inode: z.number().int().optional() })),
  processes: z.array(z.object({ what: z.string(), identity: ProcessIdentity })),
  ready: z.boolean(),
});
export type LabState = z.infer<typeof LabState>;

export const DEFAULT_STATE_DIRECTORY = "/run/breakwater-lab";

export type LabStateStore = {
  read: (name: string) => LabState | undefined;
  write: (state: LabState) => void;
  remove: (name: string) => void;
  list: () => LabState[];
};

export function labStateStore(directory: string = DEFAULT_STATE_DIRECTORY): LabStateStore {
  const pathOf = (name: string) => join(directory, `${name}.json`);
  const read = (name: string) => parseState(readIfPresent(pathOf(name)));
  return {
    read,
    write: (state) => {
      mkdirSync(directory, { recursive: true, mode: 0o755 });
      const path = pathOf(state.name);
      writeFileSync(`${path}.new`, JSON.stringify(state, null, 2));
      renameSync(`${path}.new`, path);
    },
    remove: (name) => rmSync(pathOf(name), { force: true }),
    list: () =>
      labNamesIn(directory)
        .map(read)
        .filter((state) => state !== undefined),
  };
}

function labNamesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith(".json"))
      .map((file) => file.slice(0, -".json".length));
  } catch {
    return [];
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** A record that cannot be read says nothing; the names of a lab are known without it. */
function parseState(text: string | undefined): LabState | undefined {
  if (text === undefined) return undefined;
  try {
    return LabState.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
