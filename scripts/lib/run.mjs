import { spawn } from "node:child_process";
import { ROOT } from "./root.mjs";

/**
 * Runs a program to its end.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, show?: boolean, cwd?: string, stdout?: "stderr" }} [options]
 *   `show` passes its output through instead of collecting it; `stdout: "stderr"` sends what it shows
 *   to standard error, for programs whose own standard output is read by another program.
 * @returns {Promise<{ code: number, output: string }>} `code` 127 when the program does not exist
 */
export function run(file, args, options = {}) {
  /** @type {import("node:child_process").StdioOptions} */
  const shown = ["ignore", options.stdout === "stderr" ? 2 : "inherit", "inherit"];
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, ...options.env },
      stdio: options.show ? shown : ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const collect = (/** @type {string} */ chunk) => {
      output += chunk;
    };
    child.stdout?.setEncoding("utf8").on("data", collect);
    child.stderr?.setEncoding("utf8").on("data", collect);
    child.on("error", (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on("close", (code, signal) =>
      resolve({
        code: code ?? 1,
        output: signal === null ? output : `${output}ended by ${signal}\n`,
      }),
    );
  });
}

/**
 * Path of a program of our development dependencies.
 *
 * @param {string} name
 */
export function tool(name) {
  return `${ROOT}/node_modules/.bin/${name}`;
}
