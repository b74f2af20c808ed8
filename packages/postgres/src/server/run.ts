import { execFile } from "node:child_process";

export type RunOptions = { uid?: number; gid?: number; timeoutMs?: number };
export type RunResult = { ok: boolean; output: string };

/** The environment every PostgreSQL program gets: ours would leak `PG*` settings and locales into it. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}

/** Runs a short program to its end; never throws. `output` is stdout, or on failure what it complained of. */
export function run(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { timeoutMs = 15_000, ...ids } = options;
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      // The current folder may be one the dropped user cannot enter.
      { ...ids, cwd: "/", env: serverEnvironment(), timeout: timeoutMs, killSignal: "SIGKILL" },
      (error, stdout, stderr) => {
        if (error === null) resolve({ ok: true, output: stdout });
        else resolve({ ok: false, output: stderr.trim() || error.message });
      },
    );
  });
}
