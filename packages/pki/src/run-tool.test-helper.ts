import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** Runs a foreign program (openssl, curl); rejects only when it cannot be started. */
export async function runTool(
  command: string,
  args: readonly string[],
  options: { cwd?: string; input?: string | Uint8Array } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(command, args, { cwd: options.cwd, stdio: "pipe" });
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new Error(`${command} is needed for this test; install it.`, { cause })),
    );
    child.once("close", resolve);
  });
  const [code, stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
