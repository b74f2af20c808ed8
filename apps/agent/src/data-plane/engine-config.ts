import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { AppError, messageOf } from "@breakwater/protocol";
import {
  type ConfigError,
  checkCustomRules,
  datasetSpecs,
  HTTP_VERSIONS,
  inlinePairCommands,
  LANES,
  renderConfig,
  renderRangeCategories,
  renderRules,
  renderUrlScript,
  testConfig,
} from "@breakwater/suricata";
import {
  CATEGORY_FILE,
  CUSTOM_RULE_FILE,
  type EnginePaths,
  enginePaths,
  RANGE_FILE,
  RULE_FILE,
  urlScriptFile,
} from "./engine-paths.ts";
import { replaceTextFile } from "./line-file.ts";
import type { Policy } from "./policy.ts";

export type EngineSettings = {
  readonly interfaces: readonly [string, string];
  readonly sensorName: string;
  readonly netns: string | undefined;
  readonly suricata: string | undefined;
  readonly threads: number;
};

/** Directories, scripts and everything else that does not depend on indicators. */
export function writeFixedFiles(paths: EnginePaths): void {
  for (const path of [paths.rules, paths.state, paths.log, paths.urls])
    mkdirSync(path, { recursive: true });
  for (const lane of LANES) {
    for (const version of HTTP_VERSIONS) {
      const script = renderUrlScript(paths.urlTable(lane), version);
      replaceTextFile(paths.rule(urlScriptFile(lane, version)), script);
    }
  }
  replaceTextFile(paths.rule(CATEGORY_FILE), renderRangeCategories());
  if (!existsSync(paths.rule(RANGE_FILE))) replaceTextFile(paths.rule(RANGE_FILE), "");
}

/** What a policy alone decides. */
export function writePolicyFiles(
  paths: EnginePaths,
  settings: EngineSettings,
  policy: Policy,
): void {
  replaceTextFile(paths.rule(CUSTOM_RULE_FILE), policy.customRules);
  replaceTextFile(paths.config, configText(paths, settings, policy));
}

function configText(paths: EnginePaths, settings: EngineSettings, policy: Policy): string {
  const [interfaceA, interfaceB] = settings.interfaces;
  return renderConfig({
    interfaceA,
    interfaceB,
    threads: settings.threads,
    sensorName: settings.sensorName,
    commandSocket: paths.socket,
    logDirectory: paths.log,
    ruleDirectory: paths.rules,
    ruleFiles: [RULE_FILE, CUSTOM_RULE_FILE],
    rangeCategoriesFile: paths.rule(CATEGORY_FILE),
    rangeFiles: [RANGE_FILE],
    ...(policy.clientIpHeader === undefined ? {} : { clientIpHeader: policy.clientIpHeader }),
  });
}

/** Whether the engine has to start anew for this policy: a reload does not read its configuration. */
export function needsRestart(
  paths: EnginePaths,
  settings: EngineSettings,
  from: Policy,
  to: Policy,
): boolean {
  return configText(paths, settings, from) !== configText(paths, settings, to);
}

const MAX_SHOWN_ERRORS = 20;

/**
 * Lets the engine judge a policy in a directory of its own, with its own data directory.
 * @throws AppError `Unprocessable` with the engine's own words, line by line
 */
export async function testPolicy(
  paths: EnginePaths,
  settings: EngineSettings,
  policy: Policy,
): Promise<void> {
  const refused = checkCustomRules(policy.customRules).problems;
  if (refused.length > 0)
    throw rulesRefused(refused.map((problem) => `line ${problem.line}: ${problem.reason}`));
  // The socket is not opened in a test, and its path has a limit.
  const stage = { ...enginePaths(join(paths.directory, "stage")), socket: paths.socket };
  try {
    writeFixedFiles(stage);
    const rules = renderRules({
      datasets: datasetSpecs(),
      urlScript: urlScriptFile,
      hashLists: [],
    });
    replaceTextFile(stage.rule(RULE_FILE), rules);
    replaceTextFile(stage.rule(RANGE_FILE), "");
    replaceTextFile(stage.rule(CUSTOM_RULE_FILE), policy.customRules);
    replaceTextFile(stage.config, configText(stage, settings, policy));
    const suricata = settings.suricata === undefined ? {} : { suricata: settings.suricata };
    const test = await testConfig({ configFile: stage.config, ...suricata });
    if (!test.ok) throw rulesRefused(test.errors.map(describe));
  } finally {
    rmSync(stage.directory, { recursive: true, force: true });
  }
}

function rulesRefused(reasons: readonly string[]): AppError {
  const shown = reasons.slice(0, MAX_SHOWN_ERRORS).join("\n");
  return new AppError("Unprocessable", `The engine does not accept the policy:\n${shown}`);
}

function describe({ message, file, line, rule }: ConfigError): string {
  const place = line === undefined ? "" : `${file?.split("/").at(-1) ?? "rules"}, line ${line}: `;
  return `${place}${message}${rule === undefined ? "" : ` (${rule.slice(0, 300)})`}`;
}

const run = promisify(execFile);

/** Offloads off and links up: a merged frame is longer than the wire takes. */
export async function prepareInterfaces({ interfaces, netns }: EngineSettings): Promise<void> {
  for (const command of inlinePairCommands(interfaces)) {
    const inside = netns === undefined ? command : ["ip", "netns", "exec", netns, ...command];
    const [file = "", ...args] = inside;
    await run(file, args).catch((error: unknown) => {
      // Some drivers cannot switch some offloads; a link that is missing ends here.
      if (command[0] === "ip") {
        const message = `The inline interface cannot be used: ${messageOf(error)}. Check --interfaces and --netns.`;
        throw new AppError("Unavailable", message, { cause: error });
      }
    });
  }
}
