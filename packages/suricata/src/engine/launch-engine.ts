import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommandSocket } from "../command/command-socket.ts";
import { engineCommands } from "../command/engine-commands.ts";
import { boundLog, lastLines, logFrom, logSize } from "./bounded-log.ts";
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

export type Launched = {
  child: ChildProcess;
  identity: ProcessIdentity;
  /** Where the log of this start begins in the log file. */
  logStart: number;
};

/** Logged when the capture threads run; the command socket answers somewhat earlier. */
const CAPTURE_RUNS = "Engine started";

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
  const logStart = logSize(engineLogFile(logDirectory));
  const own = ["-c", configFile, "--af-packet", "--data-dir", dataDirectory, "-l", logDirectory];
  const command = [suricata, ...own, ...(options.args ?? [])];
  const [file = suricata, ...args] =
    netns === undefined ? command : ["ip", "netns", "exec", netns, ...command];
  const output = openSync(outputFile(logDirectory), "w");
  const child = spawn(file, args, { detached: true, stdio: ["ignore", output, output] });
  closeSync(output);
  // Reported through the missing pid below.
  child.on("error", () => undefined);
  if (child.pid === undefined) throw new Error(`cannot run ${file}: is it installed?`);
  const identity = identifyProcess(child.pid);
  // It may have ended before we looked.
  if (identity === undefined) throw endedWhileStarting(logDirectory);
  child.unref();
  return { child, identity, logStart };
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

function endedWhileStarting(logDirectory: string): Error {
  return new Error(`the engine ended while starting: ${engineWords(logDirectory)}`);
}

function outputFile(logDirectory: string): string {
  return join(logDirectory, "engine-output.log");
}

const SPEECHLESS_MS = 10_000;

/**
 * Resolves when rules and sets are loaded, the command socket answers and, for an engine
 * that was just launched, packets are captured.
 * @throws Error when the process ends first or time runs out.
 */
export async function untilEngineAnswers(
  { identity, logStart }: { identity: ProcessIdentity; logStart?: number },
  { commandSocket, logDirectory }: LaunchOptions,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const captures = () => logStart === undefined || hasSaid(CAPTURE_RUNS, logDirectory, logStart);
  let answersSince: number | undefined;
  for (;;) {
    if (await answers(commandSocket)) {
      answersSince ??= Date.now();
      // A full disk swallows what the engine says; that must not count as a failed start.
      if (captures() || Date.now() - answersSince > SPEECHLESS_MS) return;
    }
    if (!isSameProcess(identity)) {
      throw endedWhileStarting(logDirectory);
    }
    if (Date.now() > deadline) {
      throw new Error(`the engine did not answer within ${timeoutMs / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** On its output, which begins anew with each start, or in its log after `logStart`. */
function hasSaid(words: string, logDirectory: string, logStart: number): boolean {
  const texts = [
    logFrom(outputFile(logDirectory), 0),
    logFrom(engineLogFile(logDirectory), logStart),
  ];
  return texts.some((text) => text.includes(words));
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
