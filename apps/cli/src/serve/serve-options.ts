import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { messageOf } from "@breakwater/protocol";
import { UsageError } from "../usage-error.ts";

/**
 * `--config FILE` gives the configuration as JSON; `--supervised FOLDER` takes it from the supervisor
 * whose data folder that is.
 *
 * @throws UsageError
 */
export function readServeOptions(
  name: string,
  args: readonly string[],
): { configuration: unknown } {
  const { config, supervised } = parse(args);
  if (supervised !== undefined) return { configuration: undefined };
  if (config !== undefined) return { configuration: readConfig(config) };
  throw new UsageError(`${name} needs --config <file> with its configuration as JSON`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { config: { type: "string" }, supervised: { type: "string" } },
    }).values;
  } catch (error) {
    throw new UsageError(messageOf(error), error);
  }
}

function readConfig(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`--config ${file}: ${messageOf(error)}`, error);
  }
}
