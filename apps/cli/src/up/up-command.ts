import { mkdirSync } from "node:fs";
import { relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createLog } from "@breakwater/platform";
import { messageOf } from "@breakwater/protocol";
import { defaultDataFolder } from "../data-folder.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";
import { recordPath, takeOver } from "./run-record.ts";
import { createScreen } from "./screen.ts";
import { note } from "./setup-notes.ts";
import { bringUp } from "./stack.ts";
import { labNameOf, stackFolders } from "./stack-folders.ts";
import { readUpOptions, UP_HELP, type UpOptions } from "./up-options.ts";
import { welcomeText } from "./welcome.ts";

const SETTLE_MS = 30_000;
const UNREF = { ref: false };
const SHIM = fileURLToPath(new URL("../../../../breakwater", import.meta.url));

/** `breakwater up`: everything on this machine, until Ctrl-C or SIGTERM. */
export async function runUpCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = readUpOptions(args, terminal.env);
  if (options.help) {
    terminal.write(UP_HELP);
    return EXIT.ok;
  }
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o755 });
  const lock = takeOver(recordPath(options.dataFolder, "up"), process.argv.slice(1, 2));
  try {
    return await runUntilStopped(options, terminal);
  } finally {
    lock.release();
  }
}

async function runUntilStopped(options: UpOptions, terminal: Terminal): Promise<ExitCode> {
  const started = performance.now();
  const stopping = stopSignal();
  const screen = createScreen(terminal.write, () => performance.now());
  const log = createLog({ name: "up", file: stackFolders(options.dataFolder).log("up") });
  const undo: Undo[] = [];
  const onStop = (what: string, work: () => Promise<void>) => undo.unshift({ what, work });
  const starting = bringUp(options, { screen, log, stopping: stopping.signal, onStop });
  try {
    const stack = await untilAborted(starting, stopping.signal);
    const seconds = (performance.now() - started) / 1000;
    terminal.write("");
    terminal.write(
      welcomeText({
        ...stack,
        labWanted: options.lab,
        dataFolder: options.dataFolder,
        command: commandHere(options),
        seconds,
      }),
    );
    note(options.dataFolder, { passwordsShown: true });
    await aborted(stopping.signal);
    return EXIT.ok;
  } catch (error) {
    if (stopping.signal.aborted) return EXIT.ok;
    log.error({ err: error }, "start failed");
    throw error;
  } finally {
    terminal.write("Stopping …");
    await takeDown(undo, terminal);
    // Stopped in the middle of a start: what was being started meanwhile goes as well.
    await Promise.race([starting.catch(() => undefined), sleep(SETTLE_MS, undefined, UNREF)]);
    await takeDown(undo, terminal);
    terminal.write("Stopped.");
  }
}

type Undo = { what: string; work: () => Promise<void> };

/** Newest first. One part that does not stop must not keep the others from it. */
async function takeDown(undo: Undo[], terminal: Terminal): Promise<void> {
  for (let next = undo.shift(); next !== undefined; next = undo.shift()) {
    const { what, work } = next;
    await work().catch((error: unknown) => {
      terminal.note(`  ${what} did not stop cleanly: ${messageOf(error)}`);
    });
  }
}

function stopSignal(): AbortController {
  const controller = new AbortController();
  const stop = () => {
    controller.abort(new Error("stopped"));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  return controller;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** The work goes on in the background for a moment; what it has started is known and taken down. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  await Promise.race([work, aborted(signal)]);
  signal.throwIfAborted();
  return await work;
}

/** How the CLI is called from where the person is, for this stack. */
function commandHere({ dataFolder, labName }: UpOptions): string {
  const path = relative(process.cwd(), SHIM);
  return [
    dataFolder === defaultDataFolder({}) ? "" : `BREAKWATER_DATA=${dataFolder} `,
    labName === labNameOf(dataFolder) ? "" : `BREAKWATER_LAB=${labName} `,
    path.startsWith("..") ? SHIM : `./${path}`,
  ].join("");
}
