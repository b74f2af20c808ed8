import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { orIfMissing } from "../errno.ts";

/** The lock file a running server keeps in its data folder (PostgreSQL: miscadmin.h, LOCK_FILE_LINE_*). */
export type PostmasterPid = {
  pid: number | null;
  folder: string;
  /** Unix seconds. */
  started: number | null;
  port: number | null;
  socketDir: string;
  /** `starting`, `ready`, `stopping` or `standby`; empty while the server has not written it. */
  status: string;
};

export function postmasterPidPath(cluster: string): string {
  return join(cluster, "postmaster.pid");
}

/** Null when there is no such file. An empty or torn file gives empty fields. */
export async function readPostmasterPid(cluster: string): Promise<PostmasterPid | null> {
  const text = await orIfMissing(readFile(postmasterPidPath(cluster), "utf8"), null);
  return text === null ? null : parsePostmasterPid(text);
}

export function parsePostmasterPid(text: string): PostmasterPid {
  const lines = text.split("\n").map((line) => line.trim());
  return {
    // Negative in single-user mode.
    pid: positive(lines[0]?.replace("-", "")),
    folder: lines[1] ?? "",
    started: positive(lines[2]),
    port: positive(lines[3]),
    socketDir: lines[4] ?? "",
    status: lines[7] ?? "",
  };
}

function positive(text: string | undefined): number | null {
  const number = Number(text);
  return text !== undefined && Number.isSafeInteger(number) && number > 0 ? number : null;
}
