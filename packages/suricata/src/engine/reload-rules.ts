import type { EngineCommands, FailedRule, RulesetStats } from "../command/engine-commands.ts";
import { logFrom, logSize } from "./bounded-log.ts";

export type ReloadResult = { stats: RulesetStats; failedRules: FailedRule[] };

export type ReloadOptions = {
  commands: EngineCommands;
  /** The engine's own log: it alone says when every thread has the new rules. */
  logFile: string;
  timeoutMs?: number;
  pollMs?: number;
};

/** What the engine says when it gives a reload up; it goes on with the rules it has. */
const FAILURE =
  /rule reload starting[^]*?Error: (.*(?:failed to load yaml|failed to properly setup yaml|initializing detection engine).*)/;

/**
 * Reloads rules and lists, and resolves when they are in force. A reload that was running
 * already may have read older files, so it is waited for and another one is asked for.
 * Bad rules do not fail a reload; they are in the result.
 */
export async function reloadRules(options: ReloadOptions): Promise<ReloadResult> {
  const { commands, logFile, timeoutMs = 180_000, pollMs = 20 } = options;
  const deadline = performance.now() + timeoutMs;
  let from = logSize(logFile);
  while ((await commands.reloadNonBlocking()) === "running") {
    await pause(pollMs, deadline);
    from = logSize(logFile);
  }
  for (;;) {
    const text = logFrom(logFile, from);
    // Both marks: the end alone may be that of a reload which ran before.
    if (/rule reload starting[^]*rule reload complete/.test(text)) break;
    const failure = FAILURE.exec(text)?.[1];
    if (failure !== undefined) throw new Error(`the engine kept its old rules: ${failure}`);
    await pause(pollMs, deadline);
  }
  const [stats, failedRules] = [await commands.rulesetStats(), await commands.failedRules()];
  return { stats, failedRules };
}

async function pause(ms: number, deadline: number): Promise<void> {
  if (performance.now() > deadline)
    throw new Error("the engine did not finish reloading its rules");
  await new Promise((resolve) => setTimeout(resolve, ms));
}
