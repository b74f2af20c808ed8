import {
  createLab,
  type Lab,
  labStatus,
  missingRequirements,
  openLab,
  thisMachine,
} from "@breakwater/lab";
import type { Log } from "@breakwater/platform";
import type { Clients } from "./provision.ts";
import type { Screen } from "./screen.ts";
import { labNameOf, stackFolders } from "./stack-folders.ts";
import type { UpOptions } from "./up-options.ts";

type Tools = {
  screen: Screen;
  log: Log;
  stopping: AbortSignal;
  onStop: (what: string, work: () => Promise<void>) => void;
};

/**
 * The lab with one inline device, enrolled with a one-time token.
 *
 * @returns what keeps it from running on this machine; nothing when it runs
 */
export async function startLabDevice(
  options: UpOptions,
  _clients: Clients,
  tools: Tools,
): Promise<string[]> {
  const problems = missingRequirements(thisMachine());
  if (problems.length > 0) {
    return problems.map(({ reason, remedy }) => `${reason}: ${remedy ?? ""}`);
  }
  await tools.screen.during("Lab", () => openOrCreate(options, tools));
  return [];
}

/** A lab that a killed supervisor left is used again: its engine has gone on blocking meanwhile. */
async function openOrCreate(options: UpOptions, { log, onStop }: Tools): Promise<Lab> {
  const name = labNameOf(options.dataFolder);
  const existing = labStatus(name).state === "up" ? openLab(name) : undefined;
  const lab =
    existing ??
    (await createLab({
      name,
      dir: stackFolders(options.dataFolder).lab,
      log: { info: (message) => log.info(message) },
      keep: true,
    }));
  onStop("lab", () => lab.down());
  return lab;
}
