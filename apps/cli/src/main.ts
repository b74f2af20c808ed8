#!/usr/bin/env node
import { realpathSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { EXIT, exitCodeOf, explain } from "./exit-codes.ts";
import { processTerminal, type Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const HELP = `breakwater up                     hub, SMS and lab on this machine (what npm start runs)
breakwater hub --config <file>    one hub
breakwater sms --config <file>    one SMS
breakwater agent <flags>          the agent of one device
breakwater lab <verb>             up, down, status, curl, dig
breakwater hub <noun> <verb>      the hub's REST API; "breakwater hub" lists it
breakwater sms <noun> <verb>      the SMS's REST API; "breakwater sms" lists it

Each of them explains itself with --help.`;

/** Runs one command line and resolves with the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    terminal.note(explain(error));
    return exitCodeOf(error);
  }
}

/** A command loads only what it needs: a request should not wait for the servers' code. */
async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case "up": {
      const { runUpCommand } = await import("./up/up-command.ts");
      return await runUpCommand(rest, terminal);
    }
    case "lab": {
      const { runLabCommand } = await import("./lab/lab-command.ts");
      return await runLabCommand(rest, terminal);
    }
    case "agent": {
      const { AGENT_USAGE, runAgentCommand } = await import("./serve/agent-command.ts");
      if (rest.includes("--help")) {
        terminal.write(AGENT_USAGE);
        return EXIT.ok;
      }
      await runAgentCommand(rest, terminal.env);
      return EXIT.ok;
    }
    case "hub":
    case "sms":
      if (isServing(rest)) await serve(command, rest);
      else await request(command, rest, terminal);
      return EXIT.ok;
    case undefined:
    case "help":
    case "--help":
    case "-h":
      terminal.write(HELP);
      return EXIT.ok;
    default:
      throw new UsageError(`there is no "${command}"`);
  }
}

async function serve(server: "hub" | "sms", words: readonly string[]): Promise<void> {
  if (server === "hub") {
    const { runHubCommand } = await import("./serve/hub-command.ts");
    await runHubCommand(words);
    return;
  }
  const { runSmsCommand } = await import("./serve/sms-command.ts");
  await runSmsCommand(words);
}

async function request(
  server: "hub" | "sms",
  words: readonly string[],
  terminal: Terminal,
): Promise<void> {
  const { runRestCommand } = await import("./rest/rest-command.ts");
  await runRestCommand(server, words, terminal);
}

/** `hub --config …` runs a server; everything else is a request to one. */
function isServing(words: readonly string[]): boolean {
  return words.some((word) => /^--(config|supervised)(=|$)/.test(word));
}

function isProgram(): boolean {
  const [, file] = process.argv;
  return file !== undefined && import.meta.url === pathToFileURL(realpathSync(file)).href;
}

if (isProgram()) process.exit(await main(process.argv.slice(2), processTerminal()));
