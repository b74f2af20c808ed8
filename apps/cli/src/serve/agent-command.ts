import { configFromArguments, createAgent, parseConfig } from "@breakwater/agent";
import { createLog } from "@breakwater/platform";
import { runServer } from "../up/supervised-main.ts";
import { readServeOptions } from "./serve-options.ts";

export { AGENT_USAGE } from "@breakwater/agent";

/** `breakwater agent …`: the agent of one device, until it is told to end. */
export async function runAgentCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const given = isConfigured(args)
    ? readServeOptions("agent", args).configuration
    : configFromArguments(args, env);
  await runServer(async (configuration) => {
    const config = parseConfig(configuration);
    const agent = createAgent(config, {
      log: createLog({ name: "agent", level: config.logLevel }),
    });
    await agent.start();
    return {
      details: {},
      // Protection must not depend on whether somebody supervises: an orphaned engine goes on.
      close: (reason) =>
        agent.stop({ engine: reason === "orphaned" ? "keep" : config.engineOnStop }),
    };
  }, given);
}

function isConfigured(args: readonly string[]): boolean {
  return args.some((word) => /^--(config|supervised)(=|$)/.test(word));
}
