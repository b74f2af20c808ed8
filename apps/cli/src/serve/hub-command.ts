import { HubConfig, startHub } from "@breakwater/hub";
import { createLog } from "@breakwater/platform";
import { runServer } from "../up/supervised-main.ts";
import { readServeOptions } from "./serve-options.ts";

/** `breakwater hub --config FILE`: one hub, until it is told to end. */
export async function runHubCommand(args: readonly string[]): Promise<void> {
  const { configuration } = readServeOptions("hub", args);
  await runServer(async (given) => {
    const hub = await startHub(HubConfig.parse(given), { log: createLog({ name: "hub" }) });
    const { close, ...details } = hub;
    return { details, close };
  }, configuration);
}
