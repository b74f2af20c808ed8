import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  type CommandResult,
  createLab,
  type Lab,
  labStatus,
  openLab,
  removeLabByName,
} from "@breakwater/lab";
import { AppError, messageOf } from "@breakwater/protocol";
import { defaultDataFolder } from "../data-folder.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";
import { labNameOf } from "../up/stack-folders.ts";
import { UsageError } from "../usage-error.ts";

const HELP = `breakwater lab up [--devices N]   client, inline devices and server in network namespaces
breakwater lab down               remove them again
breakwater lab status             what is there
breakwater lab curl <arguments>   run curl on the client, through the first device
breakwater lab dig <arguments>    run dig on the client; asks the server behind the first device

  --lab <name>   another lab than the one that "breakwater up" makes; BREAKWATER_LAB`;

/** `breakwater lab …`; the answer of curl and dig is also the answer of the command. */
export async function runLabCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { name, rest } = takeName(args, terminal);
  const [verb, ...words] = rest;
  switch (verb) {
    case "up":
      return await up(name, words, terminal);
    case "down":
      await removeLabByName(name);
      terminal.write(`Lab ${name} is down.`);
      return EXIT.ok;
    case "status":
      return showStatus(name, terminal);
    case "curl":
      return show(await theLab(name).curl(curlArguments(words)), terminal);
    case "dig": {
      const lab = theLab(name);
      return show(await lab.dig(digArguments(words, serverOf(lab))), terminal);
    }
    case undefined:
    case "help":
    case "--help":
    case "-h":
      terminal.write(HELP);
      return EXIT.ok;
    default:
      throw new UsageError(`lab cannot "${verb}". It can: up, down, status, curl, dig`);
  }
}

/** `--lab NAME` before the verb's own words, which may be anything curl understands. */
function takeName(args: readonly string[], { env }: Terminal): { name: string; rest: string[] } {
  const rest = [...args];
  const index = rest.indexOf("--lab");
  const fromEnv = env["BREAKWATER_LAB"];
  if (index === -1) return { name: fromEnv || labNameOf(defaultDataFolder(env)), rest };
  const [, name] = rest.splice(index, 2);
  if (name === undefined) throw new UsageError("--lab needs a name");
  return { name, rest };
}

async function up(name: string, words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const devices = readDevices(words);
  await createLab({
    name,
    devices,
    dir: join(defaultDataFolder(terminal.env), "labs", name),
    log: { info: terminal.note },
    keep: true,
  });
  terminal.write(`Lab ${name} is up. Nothing passes until an engine runs on its device.`);
  return EXIT.ok;
}

function readDevices(words: readonly string[]): number {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { devices: { type: "string", default: "1" } },
    });
    return Number(values.devices);
  } catch (error) {
    throw new UsageError(messageOf(error), error);
  }
}

function showStatus(name: string, terminal: Terminal): ExitCode {
  const { state, devices, problems } = labStatus(name);
  terminal.write(`Lab ${name} is ${state}.`);
  for (const problem of problems) terminal.write(`  ${problem}`);
  for (const { number, netns, addresses } of devices) {
    const { client, server, routed } = addresses;
    terminal.write(
      `  device ${number}: namespace ${netns}, client ${client.v4} and ${client.v6}, server ${server.v4.join(" ")} ${server.v6.join(" ")}, routed ${routed.join(" ")}`,
    );
  }
  return state === "up" ? EXIT.ok : EXIT.failed;
}

function theLab(name: string): Lab {
  const lab = openLab(name);
  if (lab !== undefined) return lab;
  throw new AppError(
    "NotFound",
    `Lab ${name} is not up. Start it with "breakwater up" or "breakwater lab up".`,
  );
}

/** A request that is dropped would otherwise hang for minutes. */
export function curlArguments(words: readonly string[]): string[] {
  const limited = words.some((word) => /^(-m|--max-time)/.test(word));
  return ["-sS", "--globoff", ...(limited ? [] : ["--max-time", "5"]), ...words];
}

/** The client has no resolver of its own: without `@server` the lab's server is asked. */
export function digArguments(words: readonly string[], server: string | undefined): string[] {
  const named = words.some((word) => word.startsWith("@"));
  const limited = words.some((word) => /^\+(time|timeout)=/.test(word));
  return [
    ...(named || server === undefined ? [] : [`@${server}`]),
    ...(limited ? [] : ["+time=2", "+tries=1"]),
    ...words,
  ];
}

function serverOf(lab: Lab): string | undefined {
  return lab.devices[0]?.addresses.server.v4[0];
}

function show({ stdout, stderr, code }: CommandResult, terminal: Terminal): number {
  if (stdout !== "") terminal.write(stdout.replace(/\n$/, ""));
  if (stderr !== "") terminal.note(stderr.replace(/\n$/, ""));
  return code ?? EXIT.failed;
}
