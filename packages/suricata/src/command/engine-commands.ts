import { z } from "zod";
import { type DatasetType, encodeDatasetValue } from "../data-plane/datasets.ts";
import { CommandError } from "./command-error.ts";
import type { CommandOptions, SendCommand } from "./command-socket.ts";

/** A dataset as commands name it. */
export type DatasetName = { name: string; type: DatasetType };

export type RulesetStats = { loaded: number; failed: number; skipped: number };
export type FailedRule = { file: string; line: number; rule: string };

const DUMP_TIMEOUT_MS = 180_000;
const UNKNOWN_SET = "set not found or wrong type";

const Stats = z.array(
  z.object({ rules_loaded: z.number(), rules_failed: z.number(), rules_skipped: z.number() }),
);
const ReloadTimes = z.array(z.object({ last_reload: z.string() }));
const FailedRules = z.array(z.object({ filename: z.string(), line: z.number(), rule: z.string() }));

/** The engine's commands by name, over `CommandSocket.send`. All throw CommandError. */
export type EngineCommands = ReturnType<typeof engineCommands>;

export function engineCommands(send: SendCommand) {
  const dataset = (command: string, set: DatasetName, value: string, options?: CommandOptions) =>
    sendDataset(send, command, set, value, options);
  const message = async (command: string, options?: CommandOptions) =>
    expectOk(command, await send(command, undefined, options));

  return {
    /** Adding what is there already succeeds as `present`. */
    async datasetAdd(set: DatasetName, value: string, options?: CommandOptions) {
      const answer = await dataset("dataset-add", set, value, options);
      if (!answer.ok) throw refusedValue("dataset-add", set, value, answer.message);
      return answer.message === "data already in set" ? "present" : "added";
    },

    /** Removing what is not there succeeds as `absent`. */
    async datasetRemove(set: DatasetName, value: string, options?: CommandOptions) {
      const answer = await dataset("dataset-remove", set, value, options);
      return answer.ok ? "removed" : "absent";
    },

    async datasetLookup(set: DatasetName, value: string, options?: CommandOptions) {
      return (await dataset("dataset-lookup", set, value, options)).ok;
    },

    /** Writes every set's state file, in place and without fsync. */
    async datasetDump() {
      await message("dataset-dump", { timeoutMs: DUMP_TIMEOUT_MS });
    },

    /** Frees what a set holds; for a generation that no rule names any more. */
    async datasetClear({ name, type }: DatasetName) {
      const args = { setname: name, settype: type };
      expectOk("dataset-clear", await send("dataset-clear", args, { timeoutMs: DUMP_TIMEOUT_MS }));
    },

    /** Returns at once; see `reloadRules` for waiting until the new rules are in force. */
    async reloadNonBlocking(): Promise<"started" | "running"> {
      const answer = await send("ruleset-reload-nonblocking");
      if (answer.ok) return "started";
      if (answer.message === "Reload already in progress") return "running";
      throw refused("ruleset-reload-nonblocking", answer.message);
    },

    /** ISO time of the last load, to the microsecond; equal strings mean no reload between. */
    async rulesetReloadTime() {
      const times = parse("ruleset-reload-time", ReloadTimes, await message("ruleset-reload-time"));
      return times[0]?.last_reload ?? "";
    },

    async rulesetStats(): Promise<RulesetStats> {
      const [stats] = parse("ruleset-stats", Stats, await message("ruleset-stats"));
      if (stats === undefined) throw new CommandError("protocol", "ruleset-stats", "no ruleset");
      const { rules_loaded: loaded, rules_failed: failed, rules_skipped: skipped } = stats;
      return { loaded, failed, skipped };
    },

    async failedRules(): Promise<FailedRule[]> {
      const rules = parse(
        "ruleset-failed-rules",
        FailedRules,
        await message("ruleset-failed-rules"),
      );
      return rules.map(({ filename, line, rule }) => ({ file: filename, line, rule }));
    },

    /** Seconds since the engine started. */
    async uptime() {
      return parse("uptime", z.number(), await message("uptime"));
    },

    async version() {
      return parse("version", z.string(), await message("version"));
    },

    async shutdown() {
      await message("shutdown");
    },

    /** After eve.json was renamed: the engine goes on in a new one. */
    async reopenLogs() {
      await message("reopen-log-files");
    },

    async dumpCounters() {
      return parse(
        "dump-counters",
        z.record(z.string(), z.unknown()),
        await message("dump-counters"),
      );
    },
  };
}

async function sendDataset(
  send: SendCommand,
  command: string,
  { name, type }: DatasetName,
  value: string,
  options?: CommandOptions,
) {
  const datavalue = encodeDatasetValue(type, value);
  const answer = await send(command, { setname: name, settype: type, datavalue }, options);
  if (!answer.ok && answer.message === UNKNOWN_SET) {
    throw new CommandError("unknown-set", command, `the engine has no ${type} set ${name}`);
  }
  return answer;
}

function expectOk(command: string, { ok, message }: { ok: boolean; message: unknown }): unknown {
  if (!ok) throw refused(command, message);
  return message;
}

function refused(command: string, message: unknown): CommandError {
  return new CommandError("refused", command, `the engine answered ${JSON.stringify(message)}`);
}

function refusedValue(
  command: string,
  { name, type }: DatasetName,
  value: string,
  message: unknown,
): CommandError {
  const reason = `${name} (${type}) does not take ${JSON.stringify(value)}: ${String(message)}`;
  return new CommandError("refused", command, reason);
}

function parse<T>(command: string, schema: z.ZodType<T>, message: unknown): T {
  const result = schema.safeParse(message);
  if (result.success) return result.data;
  throw new CommandError("protocol", command, `unexpected answer: ${result.error.message}`);
}
