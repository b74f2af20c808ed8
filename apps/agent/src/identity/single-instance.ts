import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@breakwater/protocol";
import { identifyProcess, isSameProcess, ProcessIdentity } from "@breakwater/suricata";
import { replaceTextFile } from "../data-plane/line-file.ts";

/**
 * Takes a data directory for this process alone; answers how to give it back.
 * @throws AppError `Conflict` when another agent that lives holds it
 */
export function claimDirectory(directory: string): () => void {
  const path = join(directory, "agent.pid");
  const holder = readHolder(path);
  if (holder !== undefined && holder.pid !== process.pid && isSameProcess(holder)) {
    throw new AppError(
      "Conflict",
      `${directory} is in use by the agent with process id ${holder.pid}. Stop it, or use another data directory.`,
    );
  }
  try {
    replaceTextFile(path, `${JSON.stringify(identifyProcess(process.pid))}\n`);
  } catch (error) {
    // Protection without this note is better than none.
    if (!isDiskFull(error)) throw error;
  }
  return () => rmSync(path, { force: true });
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOSPC";
}

function readHolder(path: string): ProcessIdentity | undefined {
  try {
    return ProcessIdentity.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}
