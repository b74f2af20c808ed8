import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type ConfigError = { message: string; file?: string; line?: number; rule?: string };
export type ConfigTest = { ok: boolean; errors: ConfigError[]; rulesLoaded: number };

export type TestConfigOptions = {
  configFile: string;
  suricata?: string;
  /** Forty thousand rules take about 40 s. */
  timeoutMs?: number;
  temporaryDirectory?: string;
};

const OUTPUT_LIMIT = 4 * 1024 * 1024;

/**
 * Lets Suricata load the configuration and rules without running them. It gets data and
 * log directories of its own: a test run rewrites the state files of its data directory
 * when it ends. Tests as an inline engine, so that drop rules are drop rules.
 */
export async function testConfig(options: TestConfigOptions): Promise<ConfigTest> {
  const { configFile, suricata = "suricata", timeoutMs = 180_000 } = options;
  const directory = await mkdtemp(join(options.temporaryDirectory ?? tmpdir(), "engine-test-"));
  try {
    const own = ["--data-dir", directory, "-l", directory];
    // Messages are wanted on standard error, whatever the configuration logs where.
    const console = ["--set", "logging.outputs.0.console.enabled=yes"];
    const logging = [...console, "--set", "logging.default-log-level=info"];
    const args = ["-T", "-c", configFile, "--af-packet", ...own, ...logging];
    const { code, output } = await run(suricata, args, timeoutMs);
    const errors = parseErrors(output);
    const ok = code === 0 && errors.length === 0;
    if (!ok && errors.length === 0) errors.push({ message: explainExit(code, output, timeoutMs) });
    return { ok, errors, rulesLoaded: rulesLoaded(output) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function run(
  file: string,
  args: readonly string[],
  timeoutMs: number,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        if (output.length < OUTPUT_LIMIT) output += chunk;
      });
    }
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

const RULE_ERROR = /error parsing signature "(.*)" from file (\S+) at line (\d+)/;

/**
 * Suricata explains a bad rule on the lines before the one that names it. Explanations
 * without a rule (a bad list file, a bad setting) stand for themselves.
 */
export function parseErrors(output: string): ConfigError[] {
  const errors: ConfigError[] = [];
  let reasons: string[] = [];
  for (const line of output.split("\n")) {
    const message = /(?:^|\s)(?:E|Error): (.*)$/.exec(line)?.[1];
    if (message === undefined) continue;
    const [, rule, file, number] = RULE_ERROR.exec(message) ?? [];
    if (rule === undefined || file === undefined) {
      reasons.push(message);
      continue;
    }
    const reason = reasons.join("; ") || "the engine does not accept the rule";
    errors.push({ message: reason, file, line: Number(number), rule });
    reasons = [];
  }
  const ruleFailures = errors.length > 0;
  const general = reasons.filter(
    (reason) => !ruleFailures || !/Loading signatures failed/.test(reason),
  );
  return [...errors, ...general.map((message) => ({ message }))];
}

function rulesLoaded(output: string): number {
  return Number(/(\d+) rules successfully loaded/.exec(output)?.[1] ?? 0);
}

function explainExit(code: number | null, output: string, timeoutMs: number): string {
  if (code === null) return `the test did not end within ${timeoutMs / 1000} s`;
  return `the test failed with exit code ${code}: ${output.trim().slice(-500)}`;
}
