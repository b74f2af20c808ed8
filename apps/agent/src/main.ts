#!/usr/bin/env node
import { createLog } from "@breakwater/platform";
import { messageOf } from "@breakwater/protocol";
import { createAgent } from "./agent.ts";
import { configFromArguments } from "./config.ts";

/** Runs an agent until SIGTERM or SIGINT. Exit code 2: a person has to act before it can start. */
async function main(): Promise<void> {
  const config = configFromArguments(process.argv.slice(2), process.env);
  const agent = createAgent(config, { log: createLog({ name: "agent", level: config.logLevel }) });
  await agent.start();
  const stop = () => {
    void agent.stop().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`agent: ${messageOf(error)}\n`);
  process.exit(2);
});
