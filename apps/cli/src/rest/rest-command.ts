import { type Api, type Download, hubApi, smsApi } from "@breakwater/protocol";
import { readAccess, type ServerName } from "../access-file.ts";
import { defaultDataFolder } from "../data-folder.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { callEndpoint, type Server } from "./call-endpoint.ts";
import { type RestCommand, restCommands } from "./commands.ts";
import { formatAnswer } from "./format-output.ts";
import { helpForApi, helpForCommand } from "./help.ts";
import { type RestFlags, readArguments } from "./read-arguments.ts";

const API: Readonly<Record<ServerName, Api>> = { hub: hubApi, sms: smsApi };
const DEFAULT_URL: Readonly<Record<ServerName, string>> = {
  hub: "http://127.0.0.1:7400",
  sms: "http://127.0.0.1:7500",
};

/** `breakwater sms|hub <noun> <verb> …`: one request to the REST API. */
export async function runRestCommand(
  app: ServerName,
  args: readonly string[],
  terminal: Terminal,
): Promise<void> {
  const commands = restCommands(API[app]);
  const [noun, verb, ...rest] = args;
  if (noun === undefined || noun === "help" || noun.startsWith("-")) {
    terminal.write(helpForApi(app, commands));
    return;
  }
  const command = findCommand(app, commands, noun, verb);
  const { request, flags } = readArguments(command, rest);
  if (flags.help) {
    terminal.write(helpForCommand(app, command));
    return;
  }
  const answer = await callEndpoint(serverOf(app, flags, terminal), command, request, flags.all);
  if (command.endpoint.produces === "csv") {
    for await (const piece of (answer as Download).bytes) await terminal.writeBytes(piece);
    return;
  }
  terminal.write(
    flags.output === "json"
      ? JSON.stringify(answer ?? null, null, 2)
      : formatAnswer(answer, terminal.width),
  );
}

function findCommand(
  app: ServerName,
  commands: readonly RestCommand[],
  noun: string,
  verb: string | undefined,
): RestCommand {
  const ofNoun = commands.filter((command) => command.noun === noun);
  const found = ofNoun.find((command) => command.verb === verb);
  if (found !== undefined) return found;
  if (ofNoun.length === 0) {
    const nouns = [...new Set(commands.map((command) => command.noun))].join(", ");
    throw new UsageError(`${app} has no "${noun}". It has: ${nouns}`);
  }
  const verbs = ofNoun.map((command) => command.verb).join(", ");
  throw new UsageError(
    verb === undefined || verb.startsWith("-")
      ? `${app} ${noun} needs a verb: ${verbs}`
      : `${app} ${noun} cannot "${verb}". It can: ${verbs}`,
  );
}

/** Flags win over the environment, which wins over what `breakwater up` on this machine noted. */
function serverOf(app: ServerName, flags: RestFlags, { env }: Terminal): Server {
  const noted = readAccess(defaultDataFolder(env))[app];
  const url = flags.url ?? env[`BREAKWATER_${app.toUpperCase()}_URL`] ?? noted?.url;
  const chosen = url ?? DEFAULT_URL[app];
  if (!URL.canParse(chosen)) throw new UsageError(`--url ${chosen}: not a URL`);
  const apiKey = flags.apiKey ?? env["BREAKWATER_API_KEY"];
  // A noted key belongs to the noted server: it is never sent anywhere else.
  return { url: chosen, apiKey: apiKey ?? (chosen === noted?.url ? noted.apiKey : undefined) };
}
