import { rename, rm, stat } from "node:fs/promises";
import type { EngineCommands } from "@breakwater/suricata";

const LOOK_MS = 5000;

/** Begins the engine's event file anew when it is large, by rename: copying would lose lines. */
export function startEventRotation(options: {
  readonly path: string;
  readonly maxBytes: number;
  readonly now: () => number;
  readonly commands: () => EngineCommands | undefined;
}): { stop: () => void } {
  const timer = setInterval(() => void rotate(options).catch(() => undefined), LOOK_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

async function rotate({ path, maxBytes, now, commands }: Parameters<typeof startEventRotation>[0]) {
  const file = await stat(path);
  const engine = commands();
  if (engine === undefined || file.size < maxBytes) return;
  await rename(path, `${path}.${now()}`);
  await engine.reopenLogs();
}

/** Rotated files that have been read; everything of them is in the spool. */
export async function removeFinished(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { force: true })));
}
