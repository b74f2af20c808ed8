import { spawn } from "node:child_process";

export type CommandResult = { code: number | null; stdout: string; stderr: string };

const OUTPUT_LIMIT = 1024 * 1024;

/** Runs a program without a shell. Never rejects on a non-zero exit; `code` is null after a signal or time-out. */
export function runCommand(
  file: string,
  args: readonly string[],
  options: { input?: string; timeoutMs?: number } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (chunk: string) => {
        if (output[stream].length < OUTPUT_LIMIT) output[stream] += chunk;
      });
    }
    const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 30_000);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, ...output });
    });
    // The program may exit before it reads its input; its exit code tells the story.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** As `runCommand`, but a failure is an error that shows the command and what it said. */
export async function runOrThrow(
  file: string,
  args: readonly string[],
  options: { input?: string; timeoutMs?: number } = {},
): Promise<string> {
  const { code, stdout, stderr } = await runCommand(file, args, options);
  if (code === 0) return stdout;
  const said = (stderr || stdout).trim();
  throw new Error(`${[file, ...args].join(" ")} failed (${code ?? "killed"}): ${said}`);
}

/** Program and arguments that run `command` inside a network namespace, as that very process. */
export function inNamespace(
  namespace: string,
  command: readonly string[],
): { file: string; args: string[] } {
  return { file: "ip", args: ["netns", "exec", namespace, ...command] };
}
