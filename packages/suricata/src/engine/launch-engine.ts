import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommandSocket } from "../command/command-socket.ts";
import { engineCommands } from "../command/engine-commands.ts";
import { boundLog, lastLines } from "./bounded-log.ts";
import { identifyProcess, isSameProcess, type ProcessIdentity } from "./process-identity.ts";

export type LaunchOptions = {
  configFile: string;
  commandSocket: string;
  dataDirectory: string;
  logDirectory: string;
  pidFile: string;
  suricata?: string;
  /** Network namespace to run in, by name. */
  netns?: string;
  /** Further arguments of Suricata. */
  args?: readonly string[];
};

export type Launched = { child: ChildProcess; identity: ProcessIdentity };

/**
 * Starts Suricata inline, detached and with its output in a file: it must neither end
 * with us nor stop at a pipe that nobody reads.
 */
export function launchEngine(options: LaunchOptions): Launched {
  const { suricata = "suricata", netns, configFile, dataDirectory, logDirectory } = options;
  for (const directory of [dataDirectory, logDirectory, dirname(options.pidFile)]) {
    mkdirSync(directory, { recursive: true });
  }
  rmSync(options.commandSocket, { force: true });
  boundLog(engineLogFile(logDirectory));
  const own = ["-c", configFile, "--af-packet", "--data-dir", dataDirectory, "-l", logDirectory];
  const command = [suricata, ...own, ...(options.args ?? [])];
  const [file = suricata, ...args] =
    netns === undefined ? command : ["ip", "netns", "exec", netns, ...command];
  const output = openSync(outputFile(logDirectory), "w");
  const child = spawn(file, args, { detached: true, stdio: ["ignore", output, output] });
  closeSync(output);
  // Reported through the missing pid below.
  child.on("error", () => undefined);
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (identity === undefined) throw new Error(`cannot run ${file}: is it installed?`);
  child.unref();
  return { child, identity };
}

/** Suricata's own log. */
export function engineLogFile(logDirectory: string): string {
  return join(logDirectory, "suricata.log");
}

/** What the engine said last, on its output and in its log. */
export function engineWords(logDirectory: string): string {
  return [lastLines(outputFile(logDirectory)), lastLines(engineLogFile(logDirectory))]
    .filter((text) => text !== "")
    .join("\n");
}

function outputFile(logDirectory: string): string {
  return join(logDirectory, "engine-output.log");
}

/**
 * Resolves when the command socket answers, which is after rules and sets are loaded.
 * @throws Error when the process ends first or time runs out.
 */
export async function untilEngineAnswers(
  identity: ProcessIdentity,
  { commandSocket, logDirectory }: LaunchOptions,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await answers(commandSocket))) {
    if (!isSameProcess(identity)) {
      throw new Error(`the engine ended while starting: ${engineWords(logDirectory)}`);
    }
    if (Date.now() > deadline) {
      throw new Error(`the engine did not answer within ${timeoutMs / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function answers(path: string): Promise<boolean> {
  const limits = { connectTimeoutMs: 2000, commandTimeoutMs: 2000 };
  const socket = await CommandSocket.connect({ path, ...limits }).catch(() => undefined);
  if (socket === undefined) return false;
  try {
    await engineCommands(socket.send).uptime();
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
