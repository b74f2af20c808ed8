import { join } from "node:path";
import type { HttpVersion, Lane } from "@breakwater/suricata";

/** Where everything of one engine lies, below the agent's data directory. */
export type EnginePaths = ReturnType<typeof enginePaths>;

export function enginePaths(directory: string) {
  const rules = join(directory, "rules");
  return {
    directory,
    rules,
    state: join(directory, "state"),
    log: join(directory, "log"),
    urls: join(directory, "urls"),
    config: join(directory, "suricata.yaml"),
    socket: join(directory, "command.socket"),
    pid: join(directory, "engine.pid"),
    urlTable: (lane: Lane) => join(directory, "urls", `${lane}.urls`),
    rule: (name: string) => join(rules, name),
  };
}

export const RULE_FILE = "breakwater.rules";
export const CUSTOM_RULE_FILE = "custom.rules";
export const RANGE_FILE = "ranges.list";
export const CATEGORY_FILE = "range-categories.txt";

export function urlScriptFile(lane: Lane, version: HttpVersion): string {
  return `bw-${lane}-url-${version}.lua`;
}
